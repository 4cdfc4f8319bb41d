# Godot 4 as the other end of a conversation in values: puts each of its own with put_var, and compares what comes back
# with it, byte by byte. The test is the server, on the port of `--port=N`; each answer is told on stdout as JSON:
#
#   compared {index, type, same, text}    finished {count}
extends SceneTree

var peer := WebSocketPeer.new()
var values := []
var index := -1


func _init() -> void:
	values = _scalars() + _geometry() + _packed() + _containers()
	for argument in OS.get_cmdline_user_args():
		if argument.begins_with("--port="):
			peer.connect_to_url("ws://127.0.0.1:" + argument.trim_prefix("--port="))


func _process(_delta: float) -> bool:
	peer.poll()
	if peer.get_ready_state() == WebSocketPeer.STATE_CLOSED:
		return true
	if peer.get_ready_state() == WebSocketPeer.STATE_OPEN:
		if index < 0:
			_put_next()
		while peer.get_available_packet_count() > 0:
			_compare(peer.get_packet())
			_put_next()
	return false


func _put_next() -> void:
	index += 1
	if index < values.size():
		peer.put_var(values[index])
	else:
		print(JSON.stringify({"event": "finished", "count": values.size()}))
		peer.close()


func _compare(packet: PackedByteArray) -> void:
	var back = bytes_to_var(packet)
	var value = values[index]
	var same := var_to_bytes(value) == packet and typeof(back) == typeof(value)
	if value is Object:
		same = back is EncodedObjectAsID and back.object_id == value.get_instance_id()
	else:
		same = same and var_to_bytes(back) == var_to_bytes(value)
	print(JSON.stringify({"event": "compared", "index": index, "type": typeof(value), "same": same, "text": str(value).left(60)}))


func _scalars() -> Array:
	var long := ""
	for i in 300:
		long += "line %d\n" % i
	return [
		null, true, false, 0, 1, -1, 2147483647, -2147483648, 2147483648, -2147483649,
		9007199254740991, 9007199254740993, 9223372036854775807, -9223372036854775807 - 1,
		0.0, -0.0, 1.0, 0.1, -1.5, 1e300, 16777217.0, INF, -INF, NAN, PI,
		"", "a", "four", "grüße 😀 日本", "line\r\n", long,
		&"", &"name", &"日本", ^"", ^"A/B:prop:x", ^"/root", ^"..", ^"/", ^"%Unique",
		RID(), Callable(), Signal(), RefCounted.new(), rid_from_int64(77),
	]


func _geometry() -> Array:
	return [
		Vector2(0.1, -2), Vector2i(1, -2147483648), Vector3(1, 2.5, -3), Vector3i(1, 2, 3), Vector4(1, 2, 3, 4), Vector4i(4, 3, 2, 1),
		Rect2(1, 2, 3, 4), Rect2i(1, 2, 3, 4), Transform2D(0.5, Vector2(3, 4)), Plane(Vector3(0, 1, 0), 5),
		Quaternion(0.1, 0.2, 0.3, 0.4), AABB(Vector3(1, 2, 3), Vector3(4, 5, 6)), Basis(Vector3(0, 1, 0), 1.0),
		Transform3D(Basis(Vector3(1, 0, 0), 0.25), Vector3(-1, 0.1, 1e9)), Projection.create_perspective(70, 1.5, 0.1, 100),
		Color(0.25, 0.5, 0.75, 0.1), Vector3(INF, NAN, -0.0), Color.RED,
	]


func _packed() -> Array:
	return [
		PackedByteArray(), PackedByteArray([1, 2, 255]), PackedInt32Array([1, -1, 2147483647]), PackedInt64Array([9007199254740993, -1]),
		PackedFloat32Array([0.1, NAN, -INF]), PackedFloat64Array([0.1, NAN, 1e300]), PackedStringArray(["", "abc", "abcd", "é"]),
		PackedVector2Array([Vector2(1, 2), Vector2(0.1, 0.2)]), PackedVector3Array([Vector3(1, 2, 3)]),
		PackedVector4Array([Vector4(1, 2, 3, 4)]), PackedColorArray([Color.RED, Color(0, 0, 0, 0.5)]), PackedStringArray(),
	]


func _containers() -> Array:
	var ints: Array[int] = [1, 2, 2147483648]
	var floats: Array[float] = [1.0, 0.5]
	var names: Array[StringName] = [&"a", &"b"]
	var vectors: Array[Vector3] = [Vector3(1, 2, 3)]
	var scores: Dictionary[String, int] = {"a": 1, "b": -2}
	var cells: Dictionary[Vector2i, float] = {Vector2i(1, 2): 1.0, Vector2i(2, 1): 0.5}
	var deep := []
	for i in 1000:
		deep = [deep]
	return [
		[], [1, 2.5, "three", null, [true, []]], {}, {"type": "move", "id": 12, "pos": Vector3(1, 2.5, -3)},
		{1: "int", 1.0: "float", true: "bool", null: "nil", Vector2(1, 2): "vector", [1, 2]: "array", NAN: "nan", ^"p": &"n"},
		ints, floats, names, vectors, scores, cells, [ints, {"nested": scores}], deep,
	]
