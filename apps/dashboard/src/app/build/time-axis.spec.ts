import { ticksOf } from './time-axis';

const marks = (length: number) => ticksOf(length).map(({ at }) => at / 1000);

describe('ticksOf', () => {
  it('marks times that need no working out, a few at most', () => {
    expect(marks(139_000)).toEqual([60, 120]);
    expect(marks(7_000)).toEqual([2, 4, 6]);
    expect(marks(3_600_000)).toEqual([900, 1800, 2700]);
  });

  it('has none so close to the end that its words would be cut', () => {
    expect(marks(60_500)).toEqual([30]);
  });

  it('says where on the axis they stand', () => {
    expect(ticksOf(200_000)[0]).toEqual({ at: 60_000, left: 30 });
  });
});
