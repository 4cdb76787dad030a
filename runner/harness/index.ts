// The harness's public face.
export type { Demonstration } from './demonstration.ts';
export type { Boot, Boots, Life } from './history.ts';
export type { Rig } from './rig.ts';
export type { RunOptions, Scenario } from './scenario.ts';
export type { Stage } from './stage.ts';
export type { Reach } from './stage/asking.ts';
export type { Connection, Entry, Load } from './ledger.ts';
export type { PortRange } from './port.ts';
export { openDemonstration } from './demonstration.ts';
export * from './plays/kills.ts';
export * from './plays/meanwhile.ts';
export * from './plays/restart.ts';
export * from './plays/shutdown.ts';
export * from './plays/slow.ts';
export { NoPort } from './place.ts';
export type { Twin } from './twin.ts';
export { portsOf, runScenario } from './scenario.ts';
export { openRig } from './rig.ts';
