/** Texts with an entry each, and finding those that a longer text begins with, ends in or holds. */

export class PieceTable<T> {
  readonly #entries = new Map<string, T>();
  /** How many texts have this length: one look-up for each length that is there. */
  readonly #lengths = new Map<number, number>();

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  get(piece: string): T | undefined {
    return this.#entries.get(piece);
  }

  set(piece: string, entry: T): void {
    if (!this.#entries.has(piece)) {
      this.#lengths.set(piece.length, (this.#lengths.get(piece.length) ?? 0) + 1);
    }
    this.#entries.set(piece, entry);
  }

  delete(piece: string): void {
    if (!this.#entries.delete(piece)) {
      return;
    }
    const count = (this.#lengths.get(piece.length) ?? 0) - 1;
    if (count === 0) {
      this.#lengths.delete(piece.length);
    } else {
      this.#lengths.set(piece.length, count);
    }
  }

  /** Pieces that `text` begins with. */
  forEachPrefix(text: string, found: (entry: T, piece: string) => void): void {
    for (const length of this.#lengths.keys()) {
      if (length <= text.length) {
        this.#call(text.slice(0, length), found);
      }
    }
  }

  /** Pieces that `text` ends in, leaving its first `from` characters alone. */
  forEachSuffix(text: string, from: number, found: (entry: T) => void): void {
    for (const length of this.#lengths.keys()) {
      if (length <= text.length - from) {
        this.#call(text.slice(text.length - length), found);
      }
    }
  }

  /** Pieces that occur in `text` at `from` or behind: each once, with where it first ends. */
  forEachWithin(text: string, from: number, found: (entry: T, endsAt: number) => void): void {
    const positions = (text.length - from) * this.#lengths.size;
    if (this.#entries.size <= positions) {
      for (const [piece, entry] of this.#entries) {
        const at = text.indexOf(piece, from);
        if (at !== -1) {
          found(entry, at + piece.length);
        }
      }
      return;
    }
    const seen = new Set<T>();
    for (const length of this.#lengths.keys()) {
      for (let at = from; at + length <= text.length; at += 1) {
        const entry = this.#entries.get(text.slice(at, at + length));
        if (entry !== undefined && !seen.has(entry)) {
          seen.add(entry);
          found(entry, at + length);
        }
      }
    }
  }

  #call(piece: string, found: (entry: T, piece: string) => void): void {
    const entry = this.#entries.get(piece);
    if (entry !== undefined) {
      found(entry, piece);
    }
  }
}
