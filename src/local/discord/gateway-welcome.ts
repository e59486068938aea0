// The first two dispatches of a gateway session: READY, and GUILD_CREATE with all the bot may see.
import * as cast from './cast.ts';
import { applicationFlags } from './gateway-intents.ts';
import type { GatewaySession } from './gateway-session.ts';
import { guildJson } from './guild-routes.ts';
import type { Json } from './json.ts';
import { channelJson, isThread, memberJson } from './people.ts';
import { sees } from './permissions.ts';
import type { World } from './world.ts';

/** `here`: the guild belongs to the session's shard. */
export function readyOf(world: World, session: GatewaySession, here: boolean, enabledIntents: number): Json {
  return {
    v: 10,
    user: { ...world.bot, verified: true, mfa_enabled: true, email: null },
    user_settings: {},
    session_type: 'normal',
    guilds: here ? [{ id: cast.guildId, unavailable: true }] : [],
    session_id: session.id,
    resume_gateway_url: world.url.replace(/^http/, 'ws'),
    shard: session.shard,
    application: {
      id: world.applicationId,
      flags: applicationFlags(enabledIntents),
      flags_new: String(applicationFlags(enabledIntents)),
    },
    relationships: [],
    private_channels: [],
    presences: [],
    guild_join_requests: [],
    geo_ordered_rtc_regions: [],
    auth: {},
  };
}

export function guildCreate(world: World): Json {
  const channels = [...world.channels.values()].filter((channel) => sees(world, cast.botId, channel));
  return {
    ...guildJson(world),
    joined_at: cast.joinedAt,
    large: false,
    unavailable: false,
    member_count: world.members.size,
    voice_states: [],
    members: [...world.members.values()].map(memberJson),
    channels: channels.filter((channel) => !isThread(channel)).map((channel) => channelJson(channel)),
    threads: channels
      .filter((channel) => isThread(channel) && !channel.thread_metadata.archived)
      .map((channel) => channelJson(channel, cast.botId)),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
