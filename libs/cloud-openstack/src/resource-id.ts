/** Whether a text can be an id at all: anything else would lead a path astray. */
export function isResourceId(text: string): boolean {
  return /^[0-9a-zA-Z_-]{1,64}$/.test(text);
}
