// Types of the engine's own properties that games often replicate, for when no engine can be asked.
import type { NodeInfo, PropertyInfo, ScriptInfo } from './project.js';

type Natives = Record<string, Record<string, PropertyInfo>>;

const property = (type: string, value: string): PropertyInfo => ({ type, isExported: true, value });

const VECTOR2 = property('Vector2', 'Vector2(0, 0)');
const ONE2 = property('Vector2', 'Vector2(1, 1)');
const VECTOR3 = property('Vector3', 'Vector3(0, 0, 0)');
const ONE3 = property('Vector3', 'Vector3(1, 1, 1)');
const ZERO = property('float', '0.0');
const WHITE = property('Color', 'Color(1, 1, 1, 1)');
const TRUE = property('bool', 'true');

const OF_CANVAS = { visible: TRUE, modulate: WHITE, self_modulate: WHITE };
const OF_2D = {
  ...OF_CANVAS,
  position: VECTOR2,
  global_position: VECTOR2,
  rotation: ZERO,
  global_rotation: ZERO,
  rotation_degrees: ZERO,
  scale: ONE2,
  velocity: VECTOR2,
  linear_velocity: VECTOR2,
  angular_velocity: ZERO,
};
const OF_3D = {
  visible: TRUE,
  position: VECTOR3,
  global_position: VECTOR3,
  rotation: VECTOR3,
  global_rotation: VECTOR3,
  rotation_degrees: VECTOR3,
  scale: ONE3,
  velocity: VECTOR3,
  linear_velocity: VECTOR3,
  angular_velocity: VECTOR3,
};
const OF_CONTROLS = { ...OF_CANVAS, position: VECTOR2, size: VECTOR2, text: property('String', '""') };

function propertiesOf(type: string): Record<string, PropertyInfo> {
  if (type.endsWith('2D')) return OF_2D;
  if (type.endsWith('3D')) return OF_3D;
  return OF_CONTROLS;
}

/** Properties of all classes of the engine that are named. */
export function nativesOf(
  scenes: Readonly<Record<string, readonly NodeInfo[]>>,
  scripts: Readonly<Record<string, ScriptInfo>>,
): Natives {
  const types = [
    ...Object.values(scenes).flatMap((nodes) => nodes.map(({ type }) => type)),
    ...Object.values(scripts).map(({ type }) => type),
  ];
  return Object.fromEntries(types.map((type) => [type, propertiesOf(type)]));
}
