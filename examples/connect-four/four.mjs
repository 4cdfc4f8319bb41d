// Connect four as both sides know it: which calls there are, and how stones lie.
import { Node } from 'websocketpeer/scene';

export const COLUMNS = 7;
export const ROWS = 6;
/** How many stones in a row win. */
const LINE = 4;
const DIRECTIONS = [
  [1, 0],
  [0, 1],
  [1, 1],
  [1, -1],
];

/** The node Main of the Godot project: what its script marks with @rpc. */
export class FourNode extends Node {
  static rpcs = {
    sit_down: { mode: 'any_peer' },
    place: { mode: 'any_peer' },
    begin: {},
    placed: {},
    over: {},
  };

  constructor() {
    super();
    this.name = 'Main';
  }
}

export class Board {
  /** Marks (0 for none, 1, 2) by rows, from the top. */
  cells = new Uint8Array(COLUMNS * ROWS);

  /** Mark at a place; 0 outside of the board, too. */
  at(column, row) {
    const isInside = column >= 0 && column < COLUMNS && row >= 0 && row < ROWS;
    return isInside ? this.cells[row * COLUMNS + column] : 0;
  }

  /** The row where a stone comes to lie; -1 when there is no room, or no such column. */
  rowFor(column) {
    if (!Number.isInteger(column) || column < 0 || column >= COLUMNS) return -1;
    let row = ROWS - 1;
    while (row >= 0 && this.at(column, row) !== 0) row -= 1;
    return row;
  }

  put(column, row, mark) {
    this.cells[row * COLUMNS + column] = mark;
  }

  get freeColumns() {
    return Array.from({ length: COLUMNS }, (_, column) => column).filter((column) => this.at(column, 0) === 0);
  }

  /** Whether the stone at a place is part of a line. */
  wins(column, row) {
    const mark = this.at(column, row);
    const run = (x, y) => {
      let length = 0;
      while (this.at(column + x * (length + 1), row + y * (length + 1)) === mark) length += 1;
      return length;
    };
    return DIRECTIONS.some(([x, y]) => run(x, y) + run(-x, -y) + 1 >= LINE);
  }

  toString() {
    return [...this.cells].map((mark) => '.xo'[mark]).join('');
  }
}
