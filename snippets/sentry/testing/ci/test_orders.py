import orders


def test_orders_are_cancelled():
    assert orders.cancel(7)


def test_impossible_orders_are_refused():
    assert not orders.cancel(-7)
