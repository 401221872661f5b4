/** Something a person has to mend; its message says what to do and is printed without a stack. */
export class Refusal extends Error {
  name = 'Refusal';

  /**
   * @param {string} message
   * @param {number} [exitStatus]
   */
  constructor(message, exitStatus = 1) {
    super(message);
    this.exitStatus = exitStatus;
  }
}
