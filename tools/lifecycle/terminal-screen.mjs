import { formatDuration } from '../bootstrap/progress.mjs';

const REDRAW_MS = 100;
const MARKS = { pending: '·', running: '▶', succeeded: '✓', failed: '✗', skipped: '–', cancelled: '■' };
const COLOURS = { running: 36, succeeded: 32, failed: 31, cancelled: 33 };

/** For a terminal: the log scrolls above a list of stages that is redrawn in place. */
export function createTerminalScreen(stream) {
  /** @type {Map<string, object>} */
  const stages = new Map();
  let pending = '';
  let drawn = 0;
  let open = true;

  const width = () => Math.max(20, stream.columns ?? 80);
  const merge = (change) => {
    const key = `${change.stage} ${change.cloud}`;
    const known = stages.get(key) ?? {};
    const since = change.startedAt ? Date.parse(change.startedAt) : known.since;
    stages.set(key, {
      ...known,
      ...change,
      since: since ?? (change.status === 'running' ? Date.now() : undefined),
    });
  };

  function redraw() {
    const rows = open ? [...stages.values()].map((stage) => stageRow(stage, width())) : [];
    const erase = drawn > 0 ? `\u001b[${drawn}A\u001b[J` : '';
    drawn = rows.length;
    stream.write(`${erase}${pending}${rows.map((row) => `${row}\n`).join('')}`);
    pending = '';
  }
  const timer = setInterval(redraw, REDRAW_MS);

  return {
    say: (text) => {
      pending += `${text}\n`;
      if (!open) redraw();
    },
    line: ({ text }) => {
      pending += `\u001b[2m${clip(plain(text), width())}\u001b[0m\n`;
    },
    stage: merge,
    build: (build) => build.stages.forEach(merge),
    close: () => {
      if (!open) return;
      clearInterval(timer);
      redraw();
      // What was drawn last stays as the record of the run.
      drawn = 0;
      open = false;
    },
  };
}

function stageRow({ stage, cloud, status, since, durationMs, progress, activity }, width) {
  const time = durationMs ?? (status === 'running' && since !== undefined ? Date.now() - since : undefined);
  const words = [
    ` ${MARKS[status] ?? '?'} ${stage.padEnd(8)}`,
    (cloud ?? '').padEnd(6),
    (time === undefined ? '' : formatDuration(time)).padStart(9),
    status === 'running' && progress !== undefined
      ? `${Math.round(progress * 100)} %`.padStart(6)
      : ' '.repeat(6),
    status === 'running' ? plain(activity ?? '') : status === 'pending' ? '' : status,
  ];
  const text = clip(words.join(' '), width);
  const colour = COLOURS[status];
  return colour === undefined ? `\u001b[2m${text}\u001b[0m` : `\u001b[${colour}m${text}\u001b[0m`;
}

/** A build's output must not steer the terminal. */
function plain(text) {
  return text.replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, '').replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}

function clip(text, width) {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
