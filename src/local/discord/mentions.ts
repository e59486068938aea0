// Whom a text pings: what stands in it, cut down to what `allowed_mentions` and the author's permissions let through.
import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import * as cast from './cast.ts';
import { listOf, objectOf, type Json } from './json.ts';
import { may } from './permissions.ts';
import type { World } from './world.ts';

/** The message's `mentions`, `mention_roles`, `mention_everyone`. */
export function mentionsOf(
  world: World,
  channelId: string,
  authorId: string,
  content: string,
  payload: Json,
): Json {
  const given = payload['allowed_mentions'];
  const everything = given === undefined || given === null;
  const allowed = objectOf(given);
  const parse = everything ? ['users', 'roles', 'everyone'] : listOf(allowed['parse']);
  const passes = (kind: 'users' | 'roles', id: string): boolean =>
    parse.includes(kind) || listOf(allowed[kind]).includes(id);
  const channel = world.channels.get(channelId);
  const all = channel !== undefined && may(world, authorId, channel, P.MentionEveryone);
  const users = idsIn(content, /<@!?(\d{17,20})>/g).flatMap((id) => {
    const member = world.members.get(id);
    return member !== undefined && passes('users', id) ? [member.user] : [];
  });
  const roles = idsIn(content, /<@&(\d{17,20})>/g).filter((id) => {
    const role = world.roles.get(id);
    return role !== undefined && id !== cast.guildId && (role.mentionable || all) && passes('roles', id);
  });
  return {
    mentions: users,
    mention_roles: roles,
    mention_everyone: all && parse.includes('everyone') && /@(everyone|here)\b/.test(content),
  };
}

function idsIn(content: string, pattern: RegExp): string[] {
  if (!content.includes('<@')) return [];
  return [...new Set([...content.matchAll(pattern)].map((match) => match[1] ?? ''))];
}
