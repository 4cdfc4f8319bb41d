# Peers of Godot 3 in the multiplayer mode (gd_mp_api) as the other side of a test: they do what the test says, and tell
# what they see. No expectation lives here. Commands and events are lines of JSON, as in remote3.gd; payloads are base64.
#
#   server {id, port, tls?, protocols?}    client {id, url, tls?, protocols?}
#   put {id, target, base64}    put_var {id, target, value}    variables {id, on}    refuse {id, on}
#   disconnect {id, peer, code, reason}    stop {id}    clear
#   of each member: connected {id, peer}, disconnected {id, peer}, packet {id, from, base64},
#   variable {id, from, text} instead while `variables` is on; values are written as by var2str,
#   status {id, status, own}, failed {id, error}; every other signal by its name, {id, peer} with its first argument
extends SceneTree


class Member:
	var id = ""
	## The WebSocketClient or WebSocketServer.
	var peer = null
	var is_server = false
	var takes_variables = false
	var status = -1
	var own = 0


const BUSY_FPS = 250

var control = StreamPeerTCP.new()
var pending = ""
var members = {}


func _init():
	Engine.target_fps = BUSY_FPS
	for argument in OS.get_cmdline_args():
		if argument.begins_with("--port="):
			control.connect_to_host("127.0.0.1", int(argument.trim_prefix("--port=")))


func _idle(_delta):
	var status = control.get_status()
	if status == StreamPeerTCP.STATUS_CONNECTED:
		_read_commands()
	elif status != StreamPeerTCP.STATUS_CONNECTING:
		quit()
	for member in members.values():
		_drive(member)
	return false


func _tell(event, values):
	values["event"] = event
	print(to_json(values))


func _read_commands():
	# Commands are ASCII: payloads travel as base64.
	var available = control.get_available_bytes()
	if available > 0:
		pending += control.get_data(available)[1].get_string_from_ascii()
	var end = pending.find("\n")
	while end >= 0:
		_obey(parse_json(pending.substr(0, end)))
		pending = pending.substr(end + 1)
		end = pending.find("\n")


func _obey(command):
	match command.op:
		"server":
			_begin_server(command)
		"client":
			_begin_client(command)
		"clear":
			for member in members.values():
				if member.is_server:
					member.peer.stop()
				else:
					member.peer.disconnect_from_host()
			members.clear()
		_:
			if members.has(command.id):
				_obey_on(members[command.id], command)


func _obey_on(member, command):
	match command.op:
		"put":
			member.peer.set_target_peer(int(command.target))
			_report(member, member.peer.put_packet(Marshalls.base64_to_raw(command.base64)))
		"put_var":
			member.peer.set_target_peer(int(command.target))
			_report(member, member.peer.put_var(str2var(command.value)))
		"variables":
			member.takes_variables = command.on
		"refuse":
			member.peer.refuse_new_connections = command.on
		"disconnect":
			if member.is_server:
				member.peer.disconnect_peer(int(command.peer), int(command.code), command.reason)
			else:
				member.peer.disconnect_from_host(int(command.code), command.reason)
		"stop":
			member.peer.stop()


func _begin_server(command):
	var server = WebSocketServer.new()
	server.bind_ip = "127.0.0.1"
	if command.has("tls"):
		server.private_key = CryptoKey.new()
		server.private_key.load(command.tls.key)
		server.ssl_certificate = _certificate(command.tls.cert)
	var member = _member(command, server)
	member.is_server = true
	server.connect("client_close_request", self, "_client_close_request", [member.id])
	_report(member, server.listen(int(command.port), PoolStringArray(command.get("protocols", [])), true))


func _begin_client(command):
	var client = WebSocketClient.new()
	if command.has("tls"):
		client.trusted_ssl_certificate = _certificate(command.tls.trust)
	var member = _member(command, client)
	client.connect("server_close_request", self, "_server_close_request", [member.id])
	_report(member, client.connect_to_url(command.url, PoolStringArray(command.get("protocols", [])), true))


func _member(command, peer):
	var member = Member.new()
	member.id = command.id
	member.peer = peer
	members[member.id] = member
	peer.connect("peer_connected", self, "_peer_connected", [member.id])
	peer.connect("peer_disconnected", self, "_peer_disconnected", [member.id])
	peer.connect("connection_succeeded", self, "_without_arguments", ["connection_succeeded", member.id])
	peer.connect("connection_failed", self, "_without_arguments", ["connection_failed", member.id])
	peer.connect("server_disconnected", self, "_without_arguments", ["server_disconnected", member.id])
	return member


func _peer_connected(peer, id):
	_tell("connected", {"id": id, "peer": peer})


func _peer_disconnected(peer, id):
	_tell("disconnected", {"id": id, "peer": peer})


func _client_close_request(peer, _code, _reason, id):
	_tell("client_close_request", {"id": id, "peer": peer})


func _server_close_request(code, _reason, id):
	_tell("server_close_request", {"id": id, "peer": code})


func _without_arguments(name, id):
	_tell(name, {"id": id})


func _report(member, error):
	if error != OK:
		_tell("failed", {"id": member.id, "error": error})


func _drive(member):
	member.peer.poll()
	while member.peer.get_available_packet_count() > 0:
		var from = member.peer.get_packet_peer()
		if member.takes_variables:
			_tell("variable", {"id": member.id, "from": from, "text": var2str(member.peer.get_var())})
		else:
			var bytes = member.peer.get_packet()
			_tell("packet", {"id": member.id, "from": from, "base64": Marshalls.raw_to_base64(bytes)})
	var status = member.peer.get_connection_status()
	var own = member.peer.get_unique_id()
	if status != member.status or own != member.own:
		member.status = status
		member.own = own
		_tell("status", {"id": member.id, "status": status, "own": own})


func _certificate(path):
	var certificate = X509Certificate.new()
	certificate.load(path)
	return certificate
