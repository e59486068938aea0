// Who may do what where: roles and overwrites to permission bits, by Discord's documented order.
import { ChannelType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import * as cast from './cast.ts';
import { isThread, type Channel, type Member, type Thread } from './people.ts';
import { refusals } from './refusal.ts';
import type { World } from './world.ts';

export const everyBit = Object.values(P).reduce((all, bit) => all | bit, 0n);

export function basePermissions(world: World, member: Member): bigint {
  if (member.user.id === cast.ownerId) return everyBit;
  let bits = BigInt(world.roles.get(cast.guildId)?.permissions ?? '0');
  for (const role of member.roles) bits |= BigInt(world.roles.get(role)?.permissions ?? '0');
  return (bits & P.Administrator) === P.Administrator ? everyBit : bits;
}

/** Permissions in a channel; a thread has those of its parent. */
export function permissionsIn(world: World, member: Member, channel: Channel | Thread): bigint {
  let bits = basePermissions(world, member);
  if (bits === everyBit) return bits;
  const room = isThread(channel) ? world.channels.get(channel.parent_id) : channel;
  const overwrites = room !== undefined && !isThread(room) ? room.permission_overwrites : [];
  const everyone = overwrites.find(({ id }) => id === cast.guildId);
  if (everyone !== undefined) bits = (bits & ~BigInt(everyone.deny)) | BigInt(everyone.allow);
  let allow = 0n;
  let deny = 0n;
  for (const overwrite of overwrites) {
    if (overwrite.id === cast.guildId || !member.roles.includes(overwrite.id)) continue;
    allow |= BigInt(overwrite.allow);
    deny |= BigInt(overwrite.deny);
  }
  bits = (bits & ~deny) | allow;
  const own = overwrites.find(({ id }) => id === member.user.id);
  if (own !== undefined) bits = (bits & ~BigInt(own.deny)) | BigInt(own.allow);
  if ((bits & P.ViewChannel) === 0n) return 0n;
  const sendBit = isThread(channel) ? P.SendMessagesInThreads : P.SendMessages;
  if ((bits & sendBit) === 0n)
    bits &= ~(P.MentionEveryone | P.SendTTSMessages | P.AttachFiles | P.EmbedLinks);
  return bits;
}

export function may(world: World, userId: string, channel: Channel | Thread, bit: bigint): boolean {
  const bits = permissionsIn(world, world.member(userId), channel);
  return (bits & bit) === bit;
}

/** Refuses with 50001 where the channel cannot be seen, with 50013 where the rest is missing. */
export function demand(world: World, userId: string, channel: Channel | Thread, bit: bigint): void {
  if (!may(world, userId, channel, P.ViewChannel)) throw refusals.missingAccess();
  if (!may(world, userId, channel, bit)) throw refusals.missingPermissions();
}

/** What a private thread shows only to its people and to moderators. */
export function sees(world: World, userId: string, channel: Channel | Thread): boolean {
  if (!may(world, userId, channel, P.ViewChannel)) return false;
  if (!isThread(channel) || channel.type !== ChannelType.PrivateThread) return true;
  return channel.people.has(userId) || may(world, userId, channel, P.ManageThreads);
}
