/**
 * The arms of an audit: what was injected before a victim was trained. Nothing (`clean`), an attack's profiles
 * (`attack:LABEL`), or those of a control of that attack (`control:LABEL/NAME`).
 */

export type AttackArm = `attack:${string}`;
export type ControlArm = `control:${string}`;
/** An arm that injects something. */
export type InjectedArm = AttackArm | ControlArm;
export type Arm = 'clean' | InjectedArm;

/** @param label of the attack in its audit */
export function attackArm(label: string): AttackArm {
  return `attack:${label}`;
}

/** @example controlArm('learned', 'random') // 'control:learned/random' */
export function controlArm(attack: string, control: string): ControlArm {
  return `control:${attack}/${control}`;
}

export function isAttackArm(arm: Arm): arm is AttackArm {
  return arm.startsWith('attack:');
}

export function isControlArm(arm: Arm): arm is ControlArm {
  return arm.startsWith('control:');
}

/** The label of the attack that an arm belongs to; null for `clean`. */
export function attackOf(arm: Arm): string | null {
  if (arm === 'clean') return null;
  const label = arm.slice(arm.indexOf(':') + 1);
  return isAttackArm(arm) ? label : label.slice(0, label.lastIndexOf('/'));
}

/**
 * How tables and figures of one attack call an arm.
 *
 * @example [armName('clean'), armName('attack:learned'), armName('control:learned/random')] // clean, learned, random
 */
export function armName(arm: Arm): string {
  return isControlArm(arm) ? arm.slice(arm.lastIndexOf('/') + 1) : (attackOf(arm) ?? arm);
}
