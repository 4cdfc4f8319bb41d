extends Control
const Exports = preload("uid://b0exportscript")
@rpc func points(of: int): Lobby.enter.rpc("x")
