// Every ground that is fuzzed.
import { answers } from './answers.ts';
import { configs } from './configs.ts';
import { frames } from './frames.ts';
import type { Ground } from './ground.ts';
import { interactions } from './interactions.ts';
import { jobs } from './jobs.ts';

export const grounds: readonly Ground[] = [frames, answers, configs, jobs, interactions];
