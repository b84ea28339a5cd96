"""This site: wires `harness.proof` and `harness.lab` together, builds the pages, and checks them."""
