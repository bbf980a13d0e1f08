/**
 * Wildcards, and finding those that a text matches, without trying each.
 *
 * Wildcards are filed in a tree, one level for each piece between their asterisks, so that what
 * they have in common is looked for once. Inside a text a piece is best taken where it first
 * occurs: that leaves the most room for those behind it.
 */
import { PieceTable } from "./piece-table.ts";

interface Node<T> {
  /** Pieces that follow anywhere, with what follows them. */
  readonly middles: PieceTable<Node<T>>;
  /** Pieces the text has to end in. */
  readonly lasts: PieceTable<T>;
}

export class WildcardIndex<T> {
  /** By the piece that the text has to begin with. */
  readonly #firsts = new PieceTable<Node<T>>();

  get isEmpty(): boolean {
    return this.#firsts.isEmpty;
  }

  /** `pieces`: the texts between the asterisks, two or more. */
  get(pieces: readonly string[]): T | undefined {
    let node = this.#firsts.get(pieces[0] ?? "");
    for (const piece of pieces.slice(1, -1)) {
      node = node?.middles.get(piece);
    }
    return node?.lasts.get(pieces.at(-1) ?? "");
  }

  set(pieces: readonly string[], entry: T): void {
    let node = childOf(this.#firsts, pieces[0] ?? "");
    for (const piece of pieces.slice(1, -1)) {
      node = childOf(node.middles, piece);
    }
    node.lasts.set(pieces.at(-1) ?? "", entry);
  }

  delete(pieces: readonly string[]): void {
    remove(this.#firsts, pieces);
  }

  forEach(text: string, found: (entry: T) => void): void {
    this.#firsts.forEachPrefix(text, (node, piece) => visit(node, text, piece.length, found));
  }
}

function childOf<T>(table: PieceTable<Node<T>>, piece: string): Node<T> {
  const known = table.get(piece);
  if (known !== undefined) {
    return known;
  }
  const node: Node<T> = { middles: new PieceTable(), lasts: new PieceTable() };
  table.set(piece, node);
  return node;
}

/** Takes every node away that is empty then. */
function remove<T>(table: PieceTable<Node<T>>, pieces: readonly string[]): void {
  const [piece = "", ...rest] = pieces;
  const node = table.get(piece);
  if (node === undefined) {
    return;
  }
  if (rest.length === 1) {
    node.lasts.delete(rest[0] ?? "");
  } else {
    remove(node.middles, rest);
  }
  if (node.middles.isEmpty && node.lasts.isEmpty) {
    table.delete(piece);
  }
}

function visit<T>(node: Node<T>, text: string, from: number, found: (entry: T) => void): void {
  node.lasts.forEachSuffix(text, from, found);
  if (!node.middles.isEmpty) {
    node.middles.forEachWithin(text, from, (next, endsAt) => visit(next, text, endsAt, found));
  }
}
