import { formatDuration } from '../bootstrap/progress.mjs';

/** For pipes and files: the log's lines, and a line whenever a stage changes. */
export function createPlainScreen(stream) {
  const statuses = new Map();
  const say = (text) => void stream.write(`${text}\n`);
  const note = ({ stage, cloud, status, durationMs }) => {
    const place = cloud ? `${stage} (${cloud})` : stage;
    if (statuses.get(place) === status || status === 'pending') return;
    statuses.set(place, status);
    say(`== ${place}: ${status}${durationMs === undefined ? '' : ` after ${formatDuration(durationMs)}`}`);
  };
  return {
    say,
    line: ({ stage, text }) => say(`${stage} | ${text}`),
    stage: (change) => {
      // The end of a stage is noted when its duration is known.
      if (change.status === 'running') note(change);
    },
    build: (build) => build.stages.forEach(note),
    close: () => {},
  };
}
