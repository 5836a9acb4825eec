"""Work that may crash, hang or eat all memory, done where it can hurt no one."""
