"""The chart library is offered where it is, and asking for it is no defect where it is not."""

from viewcount_api.pages import library_routes


def test_the_library_is_served_from_where_set_up_puts_it_and_nowhere_else(tmp_path):
    (route,) = library_routes(tmp_path)
    assert route.path == "/static/vendor"
    assert library_routes(tmp_path / "absent") == []
