# Godot 3 as the other end of a conversation in values: puts each of its own with put_var, and compares what comes back
# with it, byte by byte. The test is the server, on the port of `--port=N`; each answer is told on stdout as JSON:
#
#   compared {index, type, same, text}    finished {count}
extends SceneTree

var client = WebSocketClient.new()
var values = []
var index = -1


func _init():
	values = _scalars() + _others()
	for argument in OS.get_cmdline_args():
		if argument.begins_with("--port="):
			client.connect_to_url("ws://127.0.0.1:" + argument.trim_prefix("--port="))


func _idle(_delta):
	client.poll()
	if client.get_connection_status() == NetworkedMultiplayerPeer.CONNECTION_DISCONNECTED:
		return true
	var peer = client.get_peer(1)
	if client.get_connection_status() == NetworkedMultiplayerPeer.CONNECTION_CONNECTED:
		if index < 0:
			_put_next(peer)
		while peer.get_available_packet_count() > 0:
			_compare(peer.get_packet())
			_put_next(peer)
	return false


func _put_next(peer):
	index += 1
	if index < values.size():
		peer.put_var(values[index])
	else:
		print(to_json({"event": "finished", "count": values.size()}))
		client.disconnect_from_host()


func _compare(packet):
	var back = bytes2var(packet)
	var value = values[index]
	var same = typeof(back) == typeof(value)
	if value is Object:
		same = back is EncodedObjectAsID and back.object_id == value.get_instance_id()
	elif value is NodePath:
		same = same and back == value # the engine's padding is whatever its memory held
	else:
		same = same and var2bytes(value) == packet and var2bytes(back) == packet
	print(to_json({"event": "compared", "index": index, "type": typeof(value), "same": same, "text": str(value).left(60)}))


func _scalars():
	return [
		null, true, false, 0, 1, -1, 2147483647, -2147483648, 2147483648, 9007199254740993, 9223372036854775807,
		0.0, 1.0, 0.1, -1.5, 1e300, INF, -INF, NAN, PI,
		"", "a", "four", "grüße 😀 日本", "line\r\n",
		NodePath(""), NodePath("A/B:prop:x"), NodePath("/root"), NodePath(".."), RID(), Reference.new(),
	]


func _others():
	var deep = []
	for _i in 1000:
		deep = [deep]
	return [
		Vector2(0.1, -2), Vector3(1, 2.5, -3), Rect2(1, 2, 3, 4), Transform2D(0.5, Vector2(3, 4)), Plane(Vector3(0, 1, 0), 5),
		Quat(0.1, 0.2, 0.3, 0.4), AABB(Vector3(1, 2, 3), Vector3(4, 5, 6)), Basis(Vector3(0, 1, 0), 1.0),
		Transform(Basis(Vector3(1, 0, 0), 0.25), Vector3(-1, 0.1, 1e9)), Color(0.25, 0.5, 0.75, 0.1),
		PoolByteArray([1, 2, 255]), PoolByteArray(), PoolIntArray([1, -1, 2147483647]), PoolRealArray([0.1, NAN, -INF]),
		PoolStringArray(["", "abc", "abcd", "é"]), PoolVector2Array([Vector2(1, 2)]), PoolVector3Array([Vector3(1, 2, 3)]),
		PoolColorArray([Color(1, 0, 0)]),
		[], [1, 2.5, "three", null, [true, []]], {}, {"type": "move", "id": 12, "pos": Vector3(1, 2.5, -3)},
		{1: "int", 1.0: "float", true: "bool", null: "nil", Vector2(1, 2): "vector", [1, 2]: "array"}, deep,
	]
