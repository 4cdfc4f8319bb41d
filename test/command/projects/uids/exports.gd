extends Node3D
@rpc("any_peer") func any(a, b: Array[Vector2i] = [], c: Node = null): pass
@export var truth := true
@export var whole := -7
@export var large := 9007199254740993
@export var hex := 0xff_ff
@export var real := 0.5
@export var endless := INF
@export var small := 1e-9
@export var text := "a\tb"
@export var long_text := """two
lines"""
@export var string_name := &"sn"
@export var node_path := ^"../A:b"
@export var vector2 := Vector2(1.5, -2)
@export var vector2i := Vector2i(1, -2)
@export var vector3 := Vector3(1, 2, 3)
@export var vector4i := Vector4i(1, 2, 3, 4)
@export var rect := Rect2(1, 2, 3, 4)
@export var transform_2d := Transform2D(Vector2(1, 2), Vector2(3, 4), Vector2(5, 6))
@export var plane := Plane(0, 1, 0, 5)
@export var quaternion_of := Quaternion(0, 0, 0, 1)
@export var aabb := AABB(Vector3(1, 2, 3), Vector3(4, 5, 6))
@export var basis_of := Basis(Vector3(1, 2, 3), Vector3(4, 5, 6), Vector3(7, 8, 10))
@export var transform3d := Transform3D(Basis(Vector3(1, 2, 3), Vector3(4, 5, 6), Vector3(7, 8, 10)), Vector3(9, 9, 9))
@export var color := Color(0.25, 0.5, 0.75, 1)
@export var array := [1, "two", [3.5], null]
@export var typed: Array[int] = [1, 2]
@export var dictionary := { "a": 1, 2: Vector2(3, 4) }
@export var typed_dictionary: Dictionary[String, int] = { "one": 1 }
@export var bytes := PackedByteArray([1, 2, 255])
@export var ints: PackedInt64Array = PackedInt64Array([1, -1])
@export var floats := PackedFloat32Array([0.5, 1])
@export var strings := PackedStringArray(["a", "b"])
@export var vectors := PackedVector2Array([Vector2(1, 2), Vector2(3, 4)])
@export var nothing: Vector3
@export var node: Node
@export var resource: Resource
@export var scenes: Array[PackedScene]
