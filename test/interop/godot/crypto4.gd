# Godot 4's Crypto at the service of a test: connects to the port of `--port=N` and answers each JSON message with one.
#
#   call {method, args}    a method of Crypto; answered with {result}
#   load {pem}             an X509Certificate; answered with {result: what save_to_string makes of it, or ""}
#
# In args and results, bytes are {"bytes": base64}, keys {"key": pem, "public": only the public half}, certificates
# {"certificate": pem}.
extends SceneTree

var peer := WebSocketPeer.new()
var crypto := Crypto.new()


func _init() -> void:
	for argument in OS.get_cmdline_user_args():
		if argument.begins_with("--port="):
			peer.connect_to_url("ws://127.0.0.1:" + argument.trim_prefix("--port="))


func _process(_delta: float) -> bool:
	peer.poll()
	if peer.get_ready_state() == WebSocketPeer.STATE_CLOSED:
		return true
	while peer.get_ready_state() == WebSocketPeer.STATE_OPEN and peer.get_available_packet_count() > 0:
		var message: Dictionary = JSON.parse_string(peer.get_packet().get_string_from_utf8())
		peer.send_text(JSON.stringify({"result": _obey(message)}))
	return false


func _obey(message: Dictionary) -> Variant:
	if message.op == "load":
		var certificate := X509Certificate.new()
		return certificate.save_to_string() if certificate.load_from_string(message.pem) == OK else ""
	return _tagged(crypto.callv(message.method, message.args.map(_untagged)))


func _untagged(value: Variant) -> Variant:
	if value is float:
		return int(value)
	if value is Dictionary and value.has("bytes"):
		return Marshalls.base64_to_raw(value.bytes)
	if value is Dictionary and value.has("key"):
		var key := CryptoKey.new()
		return key if key.load_from_string(value.key, value.public) == OK else null
	return value


func _tagged(value: Variant) -> Variant:
	if value is PackedByteArray:
		return {"bytes": Marshalls.raw_to_base64(value)}
	if value is CryptoKey:
		return {"key": value.save_to_string(), "public": false}
	if value is X509Certificate:
		return {"certificate": value.save_to_string()}
	return value
