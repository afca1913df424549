"""How a process of the tracker runs: which kind it is, how long it waits, what it says where something is away."""
