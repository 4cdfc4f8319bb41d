# A transport in GDScript, and SceneMultiplayers over it in one process: prints which virtual methods each call leads to,
# and what a game over three such transports sends and sees. test/helpers/extension-twin.ts plays the same in JavaScript.
#
#   extension {calls: [{call, args, result, virtual, bare}], scene: [line]}
# `virtual` are the methods of the script that a call leads to, `bare` is the result of a script without methods.
extends SceneTree


class Bare extends MultiplayerPeerExtension:
	pass


class Told extends MultiplayerPeerExtension:
	var log := []
	var packets := []

	func _close() -> void: log.append("_close()")
	func _disconnect_peer(peer: int, force: bool) -> void: log.append("_disconnect_peer(%d, %s)" % [peer, force])
	func _get_available_packet_count() -> int: return _told("_get_available_packet_count()", packets.size())
	func _get_connection_status() -> ConnectionStatus: return _told("_get_connection_status()", 2)
	func _get_max_packet_size() -> int: return _told("_get_max_packet_size()", 4)
	func _get_packet_channel() -> int: return _told("_get_packet_channel()", 3)
	func _get_packet_mode() -> TransferMode: return _told("_get_packet_mode()", 1)
	func _get_packet_peer() -> int: return _told("_get_packet_peer()", 77)
	func _get_transfer_channel() -> int: return _told("_get_transfer_channel()", 4)
	func _get_transfer_mode() -> TransferMode: return _told("_get_transfer_mode()", 1)
	func _get_unique_id() -> int: return _told("_get_unique_id()", 55)
	func _is_refusing_new_connections() -> bool: return _told("_is_refusing_new_connections()", true)
	func _is_server() -> bool: return _told("_is_server()", true)
	func _is_server_relay_supported() -> bool: return _told("_is_server_relay_supported()", true)
	func _poll() -> void: log.append("_poll()")
	func _set_refuse_new_connections(enable: bool) -> void: log.append("_set_refuse_new_connections(%s)" % enable)
	func _set_target_peer(peer: int) -> void: log.append("_set_target_peer(%d)" % peer)
	func _set_transfer_channel(channel: int) -> void: log.append("_set_transfer_channel(%d)" % channel)
	func _set_transfer_mode(mode: TransferMode) -> void: log.append("_set_transfer_mode(%d)" % mode)

	func _get_packet_script() -> PackedByteArray:
		log.append("_get_packet_script()")
		return PackedByteArray() if packets.is_empty() else packets.pop_front()

	func _put_packet_script(buffer: PackedByteArray) -> Error:
		log.append("_put_packet_script(%s)" % buffer.hex_encode())
		packets.append(buffer)
		return ERR_BUSY if buffer.size() == 3 else OK

	func _told(call: String, result: Variant) -> Variant:
		log.append(call)
		return result


## A star in memory: clients reach the server only.
class Star extends MultiplayerPeerExtension:
	var id := 0
	var log: Callable
	var links := {}
	var coming := []
	var inbox := []
	var target := 0
	var mode := TRANSFER_MODE_RELIABLE
	var channel := 0
	var refuses := false
	var is_up := true

	func join(server: Star) -> void:
		server.links[id] = self
		links[1] = server
		server.coming.append(["peer_connected", id])
		coming.append(["peer_connected", 1])

	func part(other: int) -> void:
		if links.erase(other):
			coming.append(["peer_disconnected", other])
			if id != 1: is_up = false

	func _poll() -> void:
		if not is_up: log.call("%d polls, down" % id)
		while not coming.is_empty():
			var event: Array = coming.pop_front()
			emit_signal(event[0], event[1])

	func _put_packet_script(buffer: PackedByteArray) -> Error:
		log.call("%d puts %s for %d, mode %d, channel %d" % [id, buffer.hex_encode(), target, mode, channel])
		for other in links:
			if target == 0 or target == other or (target < 0 and target != -other):
				links[other].inbox.append([id, buffer, mode, channel])
		return OK

	func _get_packet_script() -> PackedByteArray:
		var packet: Array = inbox.pop_front()
		log.call("%d takes %s of %d" % [id, packet[1].hex_encode(), packet[0]])
		return packet[1]

	func _disconnect_peer(peer: int, force: bool) -> void:
		log.call("%d disconnects %d, %s" % [id, peer, force])
		if links.has(peer):
			links[peer].part(id)
			links.erase(peer)
			if not force: coming.append(["peer_disconnected", peer])

	func _close() -> void:
		log.call("%d closes" % id)
		for other in links.keys(): links[other].part(id)
		links.clear()
		is_up = false

	func _get_available_packet_count() -> int: return inbox.size()
	func _get_packet_peer() -> int: return inbox[0][0]
	func _get_packet_mode() -> TransferMode: return inbox[0][2]
	func _get_packet_channel() -> int: return inbox[0][3]
	func _get_unique_id() -> int: return id
	func _is_server() -> bool: return id == 1
	func _is_server_relay_supported() -> bool: return true
	func _get_connection_status() -> ConnectionStatus: return CONNECTION_CONNECTED if is_up else CONNECTION_DISCONNECTED
	func _get_max_packet_size() -> int: return 65536
	func _set_target_peer(peer: int) -> void: target = peer
	func _set_transfer_mode(value: TransferMode) -> void: mode = value
	func _get_transfer_mode() -> TransferMode: return mode
	func _set_transfer_channel(value: int) -> void: channel = value
	func _get_transfer_channel() -> int: return channel
	func _set_refuse_new_connections(enable: bool) -> void: refuses = enable
	func _is_refusing_new_connections() -> bool: return refuses


class Player extends Node:
	var log: Callable

	@rpc("any_peer", "call_local")
	func say(what: Variant) -> void:
		log.call("%s hears %s of %d" % [get_parent().name, JSON.stringify(what), multiplayer.get_remote_sender_id()])

	@rpc("any_peer", "call_remote", "unreliable_ordered", 7)
	func hint(what: Variant) -> void:
		log.call("%s is hinted %s by %d" % [get_parent().name, JSON.stringify(what), multiplayer.get_remote_sender_id()])


const CALLS := [
	["put_packet", [[1, 2]]], ["put_packet", [[1, 2, 3]]], ["put_packet", [[]]],
	["get_packet", []], ["get_packet_error", []], ["get_packet", []], ["get_packet", []], ["get_packet_error", []],
	["put_var", ["hi"]], ["get_var", []], ["get_var", []], ["get_packet_error", []],
	["put_packet", [[1, 2, 3, 4, 5]]], ["get_available_packet_count", []],
	["get_packet_peer", []], ["get_packet_channel", []], ["get_packet_mode", []],
	["get_connection_status", []], ["get_unique_id", []], ["is_server_relay_supported", []],
	["set_transfer_channel", [9]], ["get_transfer_channel", []], ["set_transfer_mode", [0]], ["get_transfer_mode", []],
	["set_target_peer", [-4]], ["is_refusing_new_connections", []],
	["set_refuse_new_connections", [true]], ["is_refusing_new_connections", []],
	["poll", []], ["disconnect_peer", [5]], ["disconnect_peer", [5, true]], ["close", []],
]

var lines := []


func _process(_delta: float) -> bool: # before the first frame, the root is in no tree
	var calls := []
	var told := Told.new()
	var without := Bare.new()
	for row in CALLS:
		var result = _plain(told.callv(row[0], row[1]))
		var bare = _plain(without.callv(row[0], row[1]))
		calls.append({"call": row[0], "args": row[1], "result": result, "virtual": told.log.duplicate(), "bare": bare})
		told.log.clear()
	_play()
	print("extension " + JSON.stringify({"calls": calls, "scene": lines}, "", false))
	return true


func _plain(value: Variant) -> Variant:
	return Array(value) if value is PackedByteArray else value


func _log(line: String) -> void:
	lines.append(line)


func _side(id: int) -> SceneMultiplayer:
	var api := SceneMultiplayer.new()
	var peer := Star.new()
	peer.id = id
	peer.log = _log
	var branch := Node.new()
	branch.name = "S%d" % id
	root.add_child(branch)
	set_multiplayer(api, branch.get_path())
	var player := Player.new()
	player.name = "P"
	player.log = _log
	branch.add_child(player)
	api.peer_connected.connect(func(other: int): _log("%d: peer_connected %d" % [id, other]))
	api.peer_disconnected.connect(func(other: int): _log("%d: peer_disconnected %d" % [id, other]))
	api.connected_to_server.connect(func(): _log("%d: connected_to_server" % id))
	api.server_disconnected.connect(func(): _log("%d: server_disconnected" % id))
	api.peer_packet.connect(func(other: int, packet: PackedByteArray): _log("%d: peer_packet %d %s" % [id, other, packet.hex_encode()]))
	api.multiplayer_peer = peer
	return api


func _play() -> void:
	var apis := [_side(1), _side(2), _side(3)]
	var peers := apis.map(func(api: SceneMultiplayer) -> Star: return api.multiplayer_peer)
	var players := [1, 2, 3].map(func(id: int) -> Node: return root.get_node("S%d/P" % id))
	var turns := func(what: String) -> void:
		_log("# " + what)
		for turn in 4:
			for api in apis: api.poll()
		_log("peers %s" % [apis.map(func(api: SceneMultiplayer) -> Array: return Array(api.get_peers()))])
	peers[1].join(peers[0])
	turns.call("2 joins")
	peers[2].join(peers[0])
	turns.call("3 joins")
	_log("sent %d" % apis[0].send_bytes(PackedByteArray([1, 2]), 0))
	_log("sent %d" % apis[0].send_bytes(PackedByteArray([3]), -2, 0, 5))
	_log("sent %d" % apis[0].send_bytes(PackedByteArray([4]), 3, 1, 0))
	turns.call("bytes of the server")
	_log("sent %d" % apis[1].send_bytes(PackedByteArray([5]), 1))
	_log("sent %d" % apis[1].send_bytes(PackedByteArray([6]), 3))
	_log("sent %d" % apis[1].send_bytes(PackedByteArray([7]), 0))
	turns.call("bytes of 2")
	_log("called %d" % players[0].rpc("say", "all"))
	_log("called %d" % players[1].rpc_id(1, "say", 42))
	_log("called %d" % players[1].rpc_id(3, "hint", [true, null]))
	turns.call("calls")
	_log("called %d" % players[2].rpc("say", "again"))
	_log("called %d" % players[0].rpc_id(3, "hint", "short"))
	turns.call("further calls")
	apis[0].refuse_new_connections = true
	_log("refusing %s %s" % [apis[0].refuse_new_connections, peers[0].refuse_new_connections])
	apis[0].disconnect_peer(2)
	turns.call("2 is disconnected")
	_log("sent %d" % apis[0].send_bytes(PackedByteArray([8]), 0))
	turns.call("bytes for the rest")
	peers[0].close()
	turns.call("the server closes")
