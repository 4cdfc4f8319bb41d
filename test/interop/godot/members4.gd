# Multiplayer peers of Godot 4 as the other side of a test: they do what the test says, and tell what they see. No
# expectation lives here. Commands and events are lines of JSON, as in remote4.gd; payloads are base64.
#
#   server {id, port, tls?, scene?}    client {id, url, tls?, scene?}
#   put {id, target, base64}    refuse {id, on}    disconnect {id, peer, force}    close {id}    clear
#   with `scene` a SceneMultiplayer stands on the peer:
#   bytes {id, target, base64}    call {id, target, text}    relay {id, on}    auth {id, password}
#   of each member: connected {id, peer}, disconnected {id, peer}, packet {id, from, base64}, status {id, status, own},
#   called {id, from, text}, scene {id, signal, peer}, failed {id, error}
extends SceneTree


class Member:
	var id: String
	var peer := WebSocketMultiplayerPeer.new()
	var scene: SceneMultiplayer = null
	var status := -1


## What both ends of a remote call have at the same path.
class Game:
	extends Node
	signal called(from: int, text: String)

	@rpc("any_peer", "call_remote", "reliable")
	func say(text: String) -> void:
		called.emit(multiplayer.get_remote_sender_id(), text)


const BUSY_FPS := 250

var control := StreamPeerTCP.new()
var pending := PackedByteArray()
var members := {}


func _initialize() -> void:
	Engine.max_fps = BUSY_FPS
	multiplayer_poll = false
	for argument in OS.get_cmdline_user_args():
		if argument.begins_with("--port="):
			control.connect_to_host("127.0.0.1", argument.trim_prefix("--port=").to_int())


func _process(_delta: float) -> bool:
	control.poll()
	if control.get_status() == StreamPeerTCP.STATUS_CONNECTED:
		_read_commands()
	elif control.get_status() != StreamPeerTCP.STATUS_CONNECTING:
		quit()
	for member in members.values():
		_drive(member)
	return false


func _tell(event: String, values: Dictionary) -> void:
	values["event"] = event
	print(JSON.stringify(values))


func _read_commands() -> void:
	if control.get_available_bytes() > 0:
		pending.append_array(control.get_data(control.get_available_bytes())[1])
	var end := pending.find(10)
	while end >= 0:
		_obey(JSON.parse_string(pending.slice(0, end).get_string_from_utf8()))
		pending = pending.slice(end + 1)
		end = pending.find(10)


func _obey(command: Dictionary) -> void:
	match command.op:
		"server":
			var options: TLSOptions = null
			if command.has("tls"):
				var key := CryptoKey.new()
				key.load(command.tls.key)
				options = TLSOptions.server(key, _certificate(command.tls.cert))
			var member := _member(command)
			_begin(member, command, member.peer.create_server(int(command.port), "127.0.0.1", options))
		"client":
			var options: TLSOptions = null
			if command.has("tls"):
				options = TLSOptions.client(_certificate(command.tls.trust))
			var member := _member(command)
			_begin(member, command, member.peer.create_client(command.url, options))
		"clear":
			for member in members.values():
				member.peer.close()
			members.clear()
			for child in root.get_children():
				child.queue_free()
		_:
			if members.has(command.id):
				_obey_on(members[command.id], command)


func _obey_on(member: Member, command: Dictionary) -> void:
	match command.op:
		"put":
			member.peer.set_target_peer(int(command.target))
			_report(member, member.peer.put_packet(Marshalls.base64_to_raw(command.base64)))
		"refuse":
			member.peer.refuse_new_connections = command.on
		"disconnect":
			member.peer.disconnect_peer(int(command.peer), command.force)
		"close":
			member.peer.close()
		"bytes":
			_report(member, member.scene.send_bytes(Marshalls.base64_to_raw(command.base64), int(command.target)))
		"call":
			var game := root.get_node(member.id + "/Game")
			game.rpc_id(int(command.target), "say", command.text)
		"relay":
			member.scene.server_relay = command.on


func _report(member: Member, error: Error) -> void:
	if error != OK:
		_tell("failed", {"id": member.id, "error": error})


func _member(command: Dictionary) -> Member:
	var member := Member.new()
	member.id = command.id
	members[member.id] = member
	if command.get("scene", false):
		_set_scene(member, command.get("auth", ""))
		return member
	member.peer.peer_connected.connect(
		func(peer: int) -> void: _tell("connected", {"id": member.id, "peer": peer})
	)
	member.peer.peer_disconnected.connect(
		func(peer: int) -> void: _tell("disconnected", {"id": member.id, "peer": peer})
	)
	return member


## A branch of the tree of its own, so that several members can live in one engine.
func _set_scene(member: Member, password: String) -> void:
	var branch := Node.new()
	branch.name = member.id
	root.add_child(branch)
	var game := Game.new()
	game.name = "Game"
	var scene := SceneMultiplayer.new()
	scene.root_path = branch.get_path()
	set_multiplayer(scene, branch.get_path())
	branch.add_child(game)
	member.scene = scene
	var id := member.id
	game.called.connect(
		func(from: int, text: String) -> void: _tell("called", {"id": id, "from": from, "text": text})
	)
	scene.peer_connected.connect(func(peer: int) -> void: _tell("connected", {"id": id, "peer": peer}))
	scene.peer_disconnected.connect(
		func(peer: int) -> void: _tell("disconnected", {"id": id, "peer": peer})
	)
	scene.peer_packet.connect(
		func(peer: int, packet: PackedByteArray) -> void: _tell_packet(id, peer, packet)
	)
	for name in ["connected_to_server", "connection_failed", "server_disconnected"]:
		scene.connect(name, func() -> void: _tell("scene", {"id": id, "signal": name, "peer": 0}))
	for name in ["peer_authenticating", "peer_authentication_failed"]:
		scene.connect(name, func(peer: int) -> void: _tell("scene", {"id": id, "signal": name, "peer": peer}))
	if password != "":
		_set_auth(scene, password)


## Each side sends its password, and lets in who sends the same.
func _set_auth(scene: SceneMultiplayer, password: String) -> void:
	scene.auth_timeout = 1.0
	scene.peer_authenticating.connect(
		func(peer: int) -> void: scene.send_auth(peer, password.to_utf8_buffer())
	)
	scene.auth_callback = func(peer: int, data: PackedByteArray) -> void:
		if data.get_string_from_utf8() == password:
			scene.complete_auth(peer)
		else:
			scene.disconnect_peer(peer)


func _begin(member: Member, _command: Dictionary, error: Error) -> void:
	_report(member, error)
	if member.scene != null:
		member.scene.multiplayer_peer = member.peer


func _drive(member: Member) -> void:
	if member.scene != null:
		member.scene.poll()
	else:
		member.peer.poll()
		while member.peer.get_available_packet_count() > 0:
			var from := member.peer.get_packet_peer()
			_tell_packet(member.id, from, member.peer.get_packet())
	var status := member.peer.get_connection_status()
	if status != member.status:
		member.status = status
		_tell("status", {"id": member.id, "status": status, "own": member.peer.get_unique_id()})


func _tell_packet(id: String, from: int, packet: PackedByteArray) -> void:
	_tell("packet", {"id": id, "from": from, "base64": Marshalls.raw_to_base64(packet)})


func _certificate(path: String) -> X509Certificate:
	var certificate := X509Certificate.new()
	certificate.load(path)
	return certificate
