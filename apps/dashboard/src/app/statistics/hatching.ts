/** Side of a tile in pixels. */
const SIDE = 6;

/** How a tile is drawn, each unlike the others at a glance: full, empty, stripes, dots. */
const DRAWINGS: readonly ((tile: CanvasRenderingContext2D) => void)[] = [
  (tile) => {
    tile.fillRect(0, 0, SIDE, SIDE);
  },
  () => undefined,
  (tile) => {
    tile.fillRect(0, 0, SIDE, SIDE / 3);
  },
  (tile) => {
    tile.fillRect(SIDE / 3, SIDE / 3, SIDE / 3, SIDE / 3);
  },
];

/** What fills the bars of a series where colours do not tell them apart. */
export function hatched(index: number, ink: string, ground: string): CanvasPattern | string {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIDE;
  const tile = canvas.getContext('2d');
  if (tile === null) return ink;
  tile.fillStyle = ground;
  tile.fillRect(0, 0, SIDE, SIDE);
  tile.fillStyle = ink;
  DRAWINGS[index % DRAWINGS.length]?.(tile);
  return tile.createPattern(canvas, 'repeat') ?? ink;
}
