/** Puts words into a sentence's braces; one without a word stays. */
export function filled(sentence: string, fillings: Readonly<Record<string, string | number>>): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(fillings[name] ?? whole));
}
