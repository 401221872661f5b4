import { InvalidExpression, regexMatcher } from './line-matcher.js';

describe('regexMatcher', () => {
  it.each([true, false])(
    'complains of the expression as it was typed (case sensitive: %s)',
    (caseSensitive) => {
      const complaint = (): unknown => {
        try {
          return regexMatcher('(x', caseSensitive);
        } catch (error) {
          return error;
        }
      };
      expect(complaint()).toBeInstanceOf(InvalidExpression);
      expect(String(complaint())).toContain('`(x`');
    },
  );

  it('finds either case unless told otherwise', () => {
    expect(regexMatcher('e+', false).ranges('an EeK, a leek')).toEqual([
      [3, 5],
      [11, 13],
    ]);
    expect(regexMatcher('e+', true).ranges('an EeK, a leek')).toEqual([
      [4, 5],
      [11, 13],
    ]);
  });
});
