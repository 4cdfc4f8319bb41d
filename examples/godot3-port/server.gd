# Answers each packet, and prints who comes and goes. Its port to JavaScript, line by line, is server.mjs; put this one on
# a node.
extends Node

const PORT = 9080

var server = WebSocketServer.new()


func _ready():
	server.connect("client_connected", self, "_on_connected")
	server.connect("client_close_request", self, "_on_close_request")
	server.connect("client_disconnected", self, "_on_disconnected")
	server.connect("data_received", self, "_on_data")
	var error = server.listen(PORT, ["greetings"])
	if error != OK:
		print("can't listen: error ", error)
		get_tree().quit()
		return
	print("listening on port ", PORT)


func _process(_delta):
	server.poll()


func _on_connected(id, protocol):
	print("a client from ", server.get_peer_address(id), " speaks ", protocol)
	server.get_peer(id).set_write_mode(WebSocketPeer.WRITE_MODE_TEXT)


func _on_close_request(_id, code, reason):
	print("a client leaves: ", code, " ", reason)


func _on_disconnected(_id, was_clean):
	print("closed by the client" if was_clean else "closed by us, or lost")


func _on_data(id):
	var text = server.get_peer(id).get_packet().get_string_from_utf8()
	print("heard ", text)
	server.get_peer(id).put_packet(("you said " + text).to_utf8())
