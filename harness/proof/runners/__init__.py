"""What executes a block: scripts, modules in subprocesses, terminal and redis-cli sessions, captured outputs."""
