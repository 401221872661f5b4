/** No element is made higher than this: Chromium ends at 33.5 million pixels, Firefox at 17.8. */
export const MAX_HEIGHT = 15_000_000;

/**
 * Between the scroll bar and the log, which may be higher than any element can be. A step (wheel, keys) moves the log by as many
 * pixels; a leap (the bar is dragged, Home, End) goes to the same share of the log. In between the two may drift apart, also when
 * heights above turn out to be other than estimated; `rest` brings the bar back to where the log is.
 */
export class ScrollSpace {
  /** Pixels of the log above the upper edge. */
  top = 0;
  /** Where the scroll bar stands. */
  bar = 0;
  private height = 0;
  private view = 0;

  get barHeight(): number {
    return Math.min(this.height, MAX_HEIGHT);
  }

  /** By how much places of the log and of the scrolled element differ. */
  get shift(): number {
    return this.bar - this.top;
  }

  /** Furthest that the log can be scrolled. */
  get end(): number {
    return Math.max(0, this.height - this.view);
  }

  resize(height: number, view: number): void {
    this.height = height;
    this.view = view;
    this.top = Math.min(this.top, this.end);
  }

  /** The bar was moved by a person. */
  scrolled(bar: number): void {
    const step = bar - this.bar;
    this.bar = bar;
    const atEdge = bar <= 0 || bar >= this.barEnd - 1;
    const leap = Math.abs(step) > this.view * 2;
    if (leap || (atEdge && this.barEnd >= this.end)) this.top = this.fromBar(bar);
    else this.top = Math.min(this.end, Math.max(0, this.top + step));
  }

  /** The log is to stand there; answers where the bar must be put. */
  place(top: number): number {
    this.top = Math.min(this.end, Math.max(0, top));
    return this.rest();
  }

  /** Where the bar belongs. */
  rest(): number {
    this.bar = this.end === 0 ? 0 : this.barEnd >= this.end ? this.top : (this.top / this.end) * this.barEnd;
    return this.bar;
  }

  /** Place of a point of the log inside the scrolled element. */
  toElement(top: number): number {
    return this.bar + top - this.top;
  }

  private get barEnd(): number {
    return Math.max(0, this.barHeight - this.view);
  }

  private fromBar(bar: number): number {
    if (this.barEnd === 0) return 0;
    return this.barEnd >= this.end ? Math.min(bar, this.end) : Math.min(1, bar / this.barEnd) * this.end;
  }
}
