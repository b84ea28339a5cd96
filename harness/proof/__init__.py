"""Proves what pages show: finds blocks, executes them, keeps the record, and puts a verification line under each block.

It imports neither `harness.lab` nor `harness.site`: who starts servers answers the hooks in `hooks.py`.
"""
