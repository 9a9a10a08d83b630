import { type Role, roleCovers } from '../../access/rights.js';

/** What a new installation needs, in the order in which it is done. */
const STEPS = ['key', 'platforms', 'vendors', 'channels', 'scan'] as const;
export type StepName = (typeof STEPS)[number];

/** Who may do each, as `rights.ts` has it of the routes that it leads to. */
const NEEDED: Readonly<Record<StepName, Role>> = {
  key: 'admin',
  platforms: 'analyst',
  vendors: 'analyst',
  channels: 'admin',
  scan: 'admin',
};

/** What is so of an installation. */
export interface StepFacts {
  done: Readonly<Record<StepName, boolean>>;
  /** An admin does not want to see them any more. */
  isHidden: boolean;
}

/** A step as whoever looks sees it. */
export interface FirstStep {
  name: StepName;
  isDone: boolean;
  /** The first that is not done. */
  isNext: boolean;
}

/** The steps that a role may do; none once all of these are done, or hidden. */
export function firstSteps({ done, isHidden }: StepFacts, role: Role): FirstStep[] {
  const own = STEPS.filter((name) => roleCovers(role, NEEDED[name]));
  const next = own.find((name) => !done[name]);
  if (isHidden || next === undefined) return [];
  return own.map((name) => ({ name, isDone: done[name], isNext: name === next }));
}
