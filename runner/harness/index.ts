// The harness's public face.
export type { Demonstration } from './demonstration.ts';
export type { Rig, RunOptions, Scenario } from './scenario.ts';
export type { Stage } from './stage.ts';
export type { Reach } from './stage/asking.ts';
export type { Connection, Entry } from './ledger.ts';
export type { PortRange } from './port.ts';
export { openDemonstration } from './demonstration.ts';
export { NoPort } from './place.ts';
export { runScenario } from './scenario.ts';
export { openRig } from './rig.ts';
