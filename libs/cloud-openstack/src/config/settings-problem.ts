/** Settings that are incomplete or wrong; the message names them and never repeats a value. */
export class SettingsProblem extends Error {
  override readonly name = 'SettingsProblem';
}
