// The five journeys, in the order in which they are told.
import type { Journey } from './journey.ts';
import { commands } from './journeys/commands.ts';
import { hosting } from './journeys/hosting.ts';
import { pageJourney } from './journeys/page.ts';
import { restart } from './journeys/restart.ts';
import { working } from './journeys/working.ts';

export const journeys: readonly Journey[] = [commands, pageJourney, working, hosting, restart];
