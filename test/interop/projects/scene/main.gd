# Members of games as the other side of a test: each has a branch of the tree, with a SceneMultiplayer and the scene
# game.tscn in it; they do what the test says, and tell what happens. No expectation lives here. Commands and events are
# lines of JSON; values of Godot are texts for str_to_var.
#
#   server {id, port, tls?, auth?}    client {id, url, tls?, auth?}    close {id}    clear
#   rpc {id, target, method, values}    spawn {id, name}    free {id, path}    set {id, path, property, value}
#   authority {id, path, peer}
#   of each member: noted {id, text}, status {id, status, own}, failed {id, error}
extends SceneTree


class Member:
	var id: String
	var peer: WebSocketMultiplayerPeer
	var scene := SceneMultiplayer.new()
	var game: Node
	var status := -1


const BUSY_FPS := 200

var control := StreamPeerTCP.new()
var pending := PackedByteArray()
var members := {}


func _initialize() -> void:
	Engine.max_fps = BUSY_FPS
	for argument in OS.get_cmdline_user_args():
		if argument.begins_with("--port="):
			control.connect_to_host("127.0.0.1", argument.trim_prefix("--port=").to_int())


func _process(_delta: float) -> bool:
	control.poll()
	if control.get_status() == StreamPeerTCP.STATUS_CONNECTED:
		_read_commands()
	elif control.get_status() != StreamPeerTCP.STATUS_CONNECTING:
		quit()
	for member: Member in members.values():
		_tell_status(member)
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
	if command.op == "clear":
		for member: Member in members.values():
			member.peer.close()
			member.game.get_parent().queue_free()
		members.clear()
		return
	if not members.has(command.id):
		members[command.id] = _member(command)
	var member: Member = members[command.id]
	match command.op:
		"server":
			var options: TLSOptions = null
			if command.has("tls"):
				var key := CryptoKey.new()
				key.load(command.tls.key)
				options = TLSOptions.server(key, _certificate(command.tls.cert))
			member.peer = WebSocketMultiplayerPeer.new()
			_begin(member, member.peer.create_server(int(command.port), "127.0.0.1", options))
		"client":
			var options: TLSOptions = null
			if command.has("tls"):
				options = TLSOptions.client(_certificate(command.tls.trust))
			member.peer = WebSocketMultiplayerPeer.new()
			_begin(member, member.peer.create_client(command.url, options))
		"close":
			member.peer.close()
			member.scene.multiplayer_peer = null
		"rpc":
			var values: Array = command.values.map(func(text: String) -> Variant: return str_to_var(text))
			member.game.callv("rpc_id", [int(command.target), command.method] + values)
		"spawn":
			var unit: Node = load("res://unit.tscn").instantiate()
			unit.name = command.name
			member.game.get_node("World").add_child(unit)
		"free":
			member.game.get_node(command.path).queue_free()
		"set":
			member.game.get_node(command.path).set(command.property, str_to_var(command.value))
		"authority":
			member.game.get_node(command.path).set_multiplayer_authority(int(command.peer), false)


func _member(command: Dictionary) -> Member:
	var member := Member.new()
	member.id = command.id
	var id := member.id
	var branch := Node.new()
	branch.name = id
	root.add_child(branch)
	member.scene.root_path = branch.get_path()
	set_multiplayer(member.scene, branch.get_path())
	member.game = load("res://game.tscn").instantiate()
	var note := func(text: String) -> void: _tell("noted", {"id": id, "text": text})
	member.game.noted.connect(note)
	branch.add_child(member.game)
	member.scene.peer_connected.connect(func(peer: int) -> void: note.call("connected %d" % peer))
	member.scene.peer_disconnected.connect(func(peer: int) -> void: note.call("disconnected %d" % peer))
	member.scene.server_disconnected.connect(func() -> void: note.call("server_disconnected"))
	if command.get("auth", "") != "":
		_set_auth(member.scene, command.auth)
	return member


## Each side sends its password, and lets in who sends the same.
func _set_auth(scene: SceneMultiplayer, password: String) -> void:
	scene.auth_timeout = 60.0
	scene.peer_authenticating.connect(
		func(peer: int) -> void: scene.send_auth(peer, password.to_utf8_buffer())
	)
	scene.auth_callback = func(peer: int, data: PackedByteArray) -> void:
		if data.get_string_from_utf8() == password:
			scene.complete_auth(peer)


func _begin(member: Member, error: Error) -> void:
	if error != OK:
		_tell("failed", {"id": member.id, "error": error})
	member.scene.multiplayer_peer = member.peer


func _tell_status(member: Member) -> void:
	var status := member.peer.get_connection_status()
	if status != member.status:
		member.status = status
		_tell("status", {"id": member.id, "status": status, "own": member.peer.get_unique_id()})


func _certificate(path: String) -> X509Certificate:
	var certificate := X509Certificate.new()
	certificate.load(path)
	return certificate
