import { logLines } from '../../testing/fake-socket';
import { StageMarks } from './stage-marks';

describe('StageMarks', () => {
  it('learns from new lines where stages begin, and keeps what it knew', () => {
    const marks = new StageMarks();
    marks.know([{ stage: 'build', cloud: '', line: 1 }]);
    marks.see([
      ...logLines(5, 6),
      ...logLines(7, 8, { stage: 'upload', cloud: 'lab' }),
      ...logLines(9, 9, { stage: 'upload', cloud: 'local' }),
    ]);
    marks.see(logLines(10, 11, { stage: 'upload', cloud: 'lab' }));
    expect(marks.all().map(({ stage, cloud, line }) => `${stage} ${cloud} ${line}`)).toEqual([
      'build  1',
      'upload lab 7',
      'upload local 9',
    ]);
    expect(marks.lineOf('upload', 'local')).toBe(9);
    expect(marks.lineOf('boot', 'lab')).toBeUndefined();
  });
});
