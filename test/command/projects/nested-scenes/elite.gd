extends Player
@rpc func shine(color: Color): print("shine ", color)
