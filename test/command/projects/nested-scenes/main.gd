extends Node
@export var round_number := 1
@rpc("any_peer") func join(nick: String): print("join ", nick)
@rpc func welcome(nick: String, place: int): print("welcome ", nick, " ", place)

func _ready():
	var args = OS.get_cmdline_user_args()
	if args.size() < 2: return
	$World/Spawner.spawned.connect(func(node): print("spawned ", node.name))
	var peer = WebSocketMultiplayerPeer.new()
	peer.create_client("ws://127.0.0.1:%s" % args[1])
	multiplayer.multiplayer_peer = peer
	multiplayer.connected_to_server.connect(func(): join.rpc_id(1, "engine"))
