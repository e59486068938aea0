// The bot's questions about the gateway's address and about its own application.
import * as cast from './cast.ts';
import { ok, type Route } from './call.ts';
import type { Gateway } from './gateway.ts';
import { applicationFlags } from './gateway-intents.ts';
import type { World } from './world.ts';

export function applicationRoutes(world: World, gateway: Gateway, enabledIntents: number): readonly Route[] {
  const socketUrl = (): string => world.url.replace(/^http/, 'ws');
  const application = (): Record<string, unknown> => ({
    id: world.applicationId,
    name: 'Pitwatch',
    icon: null,
    description: '',
    type: null,
    verify_key: '0'.repeat(64),
    flags: applicationFlags(enabledIntents),
    flags_new: String(applicationFlags(enabledIntents)),
    bot: world.bot,
    bot_public: false,
    bot_require_code_grant: false,
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    owner: world.member(cast.ownerId).user,
    approximate_guild_count: 1,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    team: null,
    eligible_oauth2_scopes: ['bot', 'applications.commands'],
  });
  const self = (path: string): Route => ({
    method: 'GET',
    path,
    auth: 'bot',
    handle: () => ok(application()),
  });
  return [
    { method: 'GET', path: '/gateway', auth: 'token', handle: () => ok({ url: socketUrl() }) },
    { method: 'GET', path: '/gateway/bot', auth: 'bot', handle: () => ok(gateway.botInfo(socketUrl())) },
    self('/applications/@me'),
    self('/oauth2/applications/@me'),
  ];
}
