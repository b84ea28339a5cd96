def discount(total: float) -> float:
    return total * 0.9


def tax(total: float) -> float:
    return total * 1.19
