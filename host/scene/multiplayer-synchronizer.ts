// Godot's MultiplayerSynchronizer: which properties of a node its authority sends to others, how often, and to whom.
import {
  requireBool,
  requireFloat,
  requireFunction,
  requireInstance,
  requireInt,
  requireString,
} from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { printError } from '../binding/error-handler.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { type ConstantsOf, defineConstants, defineSignals, type SignalObjects } from '../binding/signal.js';
import { textOfThrown } from '../binding/thrown.js';
import type { double, int, int32, NodePath } from '../binding/types.js';
import { MultiplayerSynchronizerInfo } from './class-infos.generated.js';
import { Node, type NodeSignals } from './node.js';
import { Property, propertyAt } from './property-path.js';
import { LISTS, type PathLists, SceneReplicationConfig } from './scene-replication-config.js';

/** When visibility filters are asked again. */
const VisibilityUpdateMode = {
  VISIBILITY_PROCESS_IDLE: 0,
  VISIBILITY_PROCESS_PHYSICS: 1,
  VISIBILITY_PROCESS_NONE: 2,
} as const;

/** Signals of MultiplayerSynchronizer. */
export interface MultiplayerSynchronizerSignals extends NodeSignals {
  /** The properties that are always sent have arrived. */
  synchronized: [];
  /** Properties that have changed have arrived. */
  delta_synchronized: [];
  /** The visibility for a peer has changed; 0 stands for all. */
  visibility_changed: [for_peer: int];
}

/** A function that says whether a peer sees something. */
export type VisibilityFilter = (peer: number) => boolean;

/** Keys by which the replication reaches a synchronizer. */
export const STATE: unique symbol = Symbol('state');

/** The properties of a synchronizer by their use, found once. */
export interface Properties {
  readonly root: Node;
  readonly lists: PathLists;
  readonly spawn: readonly Property[];
  readonly always: readonly Property[];
  readonly onChange: readonly Property[];
}

/** What the replication reads of a synchronizer. */
export interface SynchronizerState {
  /** Null without a configuration or a root. */
  properties(): Properties | null;
  isVisibleTo(peer: number): boolean;
  /** Whether filters are to be asked again in each poll. */
  asksAlways(): boolean;
}

export interface MultiplayerSynchronizer
  extends SignalObjects<MultiplayerSynchronizerSignals>,
    ConstantsOf<typeof MultiplayerSynchronizer> {}

export namespace MultiplayerSynchronizer {
  export type VisibilityUpdateMode =
    (typeof MultiplayerSynchronizer.VisibilityUpdateMode)[keyof typeof MultiplayerSynchronizer.VisibilityUpdateMode];
}

/**
 * Sends properties of a node from its authority to the other peers.
 *
 * Put one below the node, with the same name and configuration on all sides. Whoever is the synchronizer's authority
 * sends; what others send is dropped and reported.
 */
export class MultiplayerSynchronizer extends Node {
  declare readonly signals: MultiplayerSynchronizerSignals;
  /** Filters are asked in each frame. */
  declare static readonly VISIBILITY_PROCESS_IDLE: (typeof VisibilityUpdateMode)['VISIBILITY_PROCESS_IDLE'];
  /** As VISIBILITY_PROCESS_IDLE: there are no physics frames here. */
  declare static readonly VISIBILITY_PROCESS_PHYSICS: (typeof VisibilityUpdateMode)['VISIBILITY_PROCESS_PHYSICS'];
  /** Filters are asked by `update_visibility` alone. */
  declare static readonly VISIBILITY_PROCESS_NONE: (typeof VisibilityUpdateMode)['VISIBILITY_PROCESS_NONE'];
  static readonly VisibilityUpdateMode = Object.freeze(VisibilityUpdateMode);

  static {
    Object.assign(this, this.VisibilityUpdateMode);
    defineConstants(this);
    defineSignals(this.prototype, 'synchronized', 'delta_synchronized', 'visibility_changed');
  }

  #rootPath = '..';
  #replicationInterval = 0;
  #deltaInterval = 0;
  #config: SceneReplicationConfig | null = null;
  #updateMode: MultiplayerSynchronizer.VisibilityUpdateMode = 0;
  /** Peers that see it; 0 stands for all. */
  readonly #visible = new Set([0]);
  #filters: readonly VisibilityFilter[] = [];
  #properties: Properties | null = null;
  /** The root that the API has been told of. */
  #started: Node | null = null;

  constructor() {
    super();
    // By signals, so that a subclass may have an `_enter_tree` of its own.
    this.connect('tree_entered', () => this.#start());
    this.connect('tree_exiting', () => this.#stop());
  }

  override [CLASS_INFO](): ClassInfo {
    return MultiplayerSynchronizerInfo(MultiplayerSynchronizer);
  }

  /** Path of the node whose properties are sent, from here: `..` unless set. */
  get root_path(): NodePath {
    return this.#rootPath;
  }
  set root_path(path: NodePath) {
    this.set_root_path(path);
  }
  /** @const */
  get_root_path(): NodePath {
    return this.#rootPath;
  }
  set_root_path(path: NodePath): void {
    requireString('path', path);
    if (path === this.#rootPath) return;
    this.#stop();
    this.#rootPath = path;
    this.#properties = null;
    this.#start();
  }

  /** Seconds between two packets of properties that are always sent; 0, each poll, unless set. */
  get replication_interval(): double {
    return this.#replicationInterval;
  }
  set replication_interval(milliseconds: double) {
    this.set_replication_interval(milliseconds);
  }
  /** @const */
  get_replication_interval(): double {
    return this.#replicationInterval;
  }
  set_replication_interval(milliseconds: double): void {
    if (requireFloat('milliseconds', milliseconds) >= 0) this.#replicationInterval = milliseconds;
    else printError(`replication_interval must be at least 0, got ${milliseconds}; it stays as it was`, this);
  }

  /** Seconds between two packets of properties that are sent when they change; 0, each poll, unless set. */
  get delta_interval(): double {
    return this.#deltaInterval;
  }
  set delta_interval(milliseconds: double) {
    this.set_delta_interval(milliseconds);
  }
  /** @const */
  get_delta_interval(): double {
    return this.#deltaInterval;
  }
  set_delta_interval(milliseconds: double): void {
    if (requireFloat('milliseconds', milliseconds) >= 0) this.#deltaInterval = milliseconds;
    else printError(`delta_interval must be at least 0, got ${milliseconds}; it stays as it was`, this);
  }

  /** Which properties are sent; null, for none, unless set. Share it among nodes of the same kind. */
  get replication_config(): SceneReplicationConfig | null {
    return this.#config;
  }
  set replication_config(config: SceneReplicationConfig | null) {
    this.set_replication_config(config);
  }
  get_replication_config(): SceneReplicationConfig | null {
    return this.#config;
  }
  set_replication_config(config: SceneReplicationConfig | null): void {
    if (config !== null) requireInstance('config', SceneReplicationConfig, config);
    this.#config = config;
    this.#properties = null;
  }

  /** When visibility filters are asked; VISIBILITY_PROCESS_IDLE unless set. */
  get visibility_update_mode(): MultiplayerSynchronizer.VisibilityUpdateMode {
    return this.#updateMode;
  }
  set visibility_update_mode(mode: MultiplayerSynchronizer.VisibilityUpdateMode) {
    this.set_visibility_update_mode(mode);
  }
  /** @const */
  get_visibility_update_mode(): MultiplayerSynchronizer.VisibilityUpdateMode {
    return this.#updateMode;
  }
  set_visibility_update_mode(mode: MultiplayerSynchronizer.VisibilityUpdateMode): void {
    this.#updateMode = requireInt('mode', mode) as MultiplayerSynchronizer.VisibilityUpdateMode;
  }

  /** Asks the filters again, for one peer or for all (0): what it sees from now on appears there, what not disappears. */
  update_visibility(for_peer: int32 = 0): void {
    this.emit_signal('visibility_changed', requireInt('for_peer', for_peer));
  }

  /**
   * Whether all peers see it, unless a filter says otherwise; `true` unless set.
   *
   * @getter is_visibility_public
   * @setter set_visibility_public
   */
  get public_visibility(): boolean {
    return this.#visible.has(0);
  }
  set public_visibility(visible: boolean) {
    this.set_visibility_public(visible);
  }
  /** @const */
  is_visibility_public(): boolean {
    return this.#visible.has(0);
  }
  set_visibility_public(visible: boolean): void {
    this.set_visibility_for(0, visible);
  }

  /**
   * Adds a function that is asked with the id of a peer; the peer sees this only when all say `true`, and it is public or
   * visible for the peer.
   *
   * With VISIBILITY_PROCESS_NONE it counts after the next `update_visibility`.
   *
   * **Note:** Filters are asked for each peer alone. Godot asks for 0 first, and shows the node to all after a `true`.
   */
  add_visibility_filter(filter: VisibilityFilter): void {
    requireFunction('filter', filter);
    if (this.#filters.includes(filter)) return;
    this.#filters = [...this.#filters, filter];
    this.#askAgain();
  }

  /** Removes a function that `add_visibility_filter` has added. */
  remove_visibility_filter(filter: VisibilityFilter): void {
    requireFunction('filter', filter);
    if (!this.#filters.includes(filter)) return;
    this.#filters = this.#filters.filter((one) => one !== filter);
    this.#askAgain();
  }

  #askAgain(): void {
    if (this.is_inside_tree() && this.#isAskedAlways) this.update_visibility();
  }

  get #isAskedAlways(): boolean {
    return this.#updateMode !== MultiplayerSynchronizer.VISIBILITY_PROCESS_NONE;
  }

  /** Whether `peer` sees it; 0 stands for all. Takes effect at once. */
  set_visibility_for(peer: int32, visible: boolean): void {
    requireInt('peer', peer);
    if (this.#visible.has(peer) === requireBool('visible', visible)) return;
    if (visible) this.#visible.add(peer);
    else this.#visible.delete(peer);
    this.emit_signal('visibility_changed', peer);
  }

  /**
   * What `set_visibility_for` has set for `peer`, whatever filters say.
   *
   * @const
   */
  get_visibility_for(peer: int32): boolean {
    return this.#visible.has(requireInt('peer', peer));
  }

  /**
   * Gives the synchronizer to the peer `id`: it sends the properties from now on. With `recursive` everything below it
   * goes with it.
   */
  override set_multiplayer_authority(id: int32, recursive = true): void {
    const isOther = id !== this.get_multiplayer_authority();
    if (isOther) this.#stop();
    super.set_multiplayer_authority(id, recursive);
    if (isOther && this.is_inside_tree()) this.#start();
  }

  #start(): void {
    const root = this.get_node_or_null(this.#rootPath);
    if (root === null) {
      printError(`root_path: there is no node at "${this.#rootPath}"`, this);
      return;
    }
    this.#started = root;
    this.multiplayer?.object_configuration_add(root, this);
  }

  #stop(): void {
    const root = this.#started;
    this.#started = null;
    this.#properties = null;
    if (root !== null) this.multiplayer?.object_configuration_remove(root, this);
  }

  readonly [STATE]: SynchronizerState = {
    properties: () => this.#found(),
    isVisibleTo: (peer) => (this.#visible.has(0) || this.#visible.has(peer)) && this.#passes(peer),
    asksAlways: () => this.#filters.length > 0 && this.#isAskedAlways,
  };

  #passes(peer: number): boolean {
    return this.#filters.every((filter) => {
      try {
        return filter(peer) === true;
      } catch (error) {
        printError(`a visibility filter threw ${textOfThrown(error, 'stack')}; peer ${peer} sees nothing`, this);
        return false;
      }
    });
  }

  #found(): Properties | null {
    const lists = this.#config?.[LISTS] ?? null;
    const root = this.#started;
    if (lists === null || root === null) return null;
    if (this.#properties?.lists === lists) return this.#properties;
    const find = (paths: readonly string[]): Property[] => paths.map((path) => this.#findOne(root, path));
    const [spawn, always, onChange] = [find(lists.spawn), find(lists.always), find(lists.onChange)];
    this.#properties = { root, lists, spawn, always, onChange };
    return this.#properties;
  }

  #findOne(root: Node, path: string): Property {
    const property = propertyAt(root, path);
    if (property?.exists !== true) {
      printError(`there is no property "${path}" at ${root.get_path()}; what arrives for it is dropped`, this);
    }
    return property ?? new Property(path, null, ['missing']);
  }
}
