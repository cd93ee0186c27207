"""Delivery over real HTTP and SMTP: fine, down, slow and refusing."""

import logging
import threading
import time
from itertools import pairwise
from unittest.mock import Mock

import pytest

from assignwork import AssignworkError
from assignwork.events import Announced, Assigned, Closed, Escalated, Queued
from assignwork.integrations.notify import Notifier, _ledger


def opened(seq, audiences=("board",), channels=(), item=None):
    return Announced(seq, 60.0 * seq, item or f"t-{seq}", "major", "opened", audiences, channels)


def titles(*numbers):
    return [f"[#{seq}] t-{seq}: opened" for seq in numbers]


def dead(notifier):
    return [(letter.message.seq, letter.reason, letter.attempts) for letter in notifier.dead]


def told_in(seconds, call, *arguments):
    started = time.perf_counter()
    result = call(*arguments)
    assert time.perf_counter() - started < seconds
    return result


# --- fine -----------------------------------------------------------------------------------------


def test_a_message_arrives_over_http(web, notifier_of):
    notifier = notifier_of({"board": web.url("/hook")})
    notifier.publish((opened(7),))
    assert notifier.flush(5)
    [payload] = web.got
    assert payload == {
        "path": "/hook",
        "version": "1.0",
        "title": "[#7] t-7: opened",
        "message": "Item: t-7\nOccasion: opened\nAt: 1970-01-01 00:07:00+00:00\n"
        "Protocol: major\nTo: board",
        "attachments": [],
        "type": "warning",
    }
    assert notifier.dead == ()
    assert notifier.settled_up_to == 7


def test_a_message_arrives_by_mail(post_office, notifier_of):
    notifier = notifier_of({"lead": post_office.url()})
    notifier((opened(7, ("lead",), item="Störung <b>1</b>"),))
    assert notifier.flush(5)
    [mail] = post_office.got
    assert (mail["from"], mail["to"]) == ("Desk <desk@example.org>", "lead@example.org")
    assert mail["subject"] == "[#7] Störung <b>1</b>: opened"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines()[:2] == ["Item: Störung <b>1</b>", "Occasion: opened"]


def test_events_of_which_nobody_is_told_send_nothing(web, notifier_of):
    notifier = notifier_of({"*": web.url()})
    notifier.publish(
        (
            Queued(1, 0.0, "t-1", "network", 1, 1, "given", None),
            Assigned(2, 0.0, "t-1", "network", "ana", "primary", 0.0, "dispatch", "x", (), None),
            Escalated(
                3, 0.0, "t-1", "p", 1, 1, "manual", "ana", None, None, None, "ben", None, (), ()
            ),
            Closed(4, 0.0, "t-1", "ana"),
        )
    )
    assert notifier.flush(5)
    assert (web.got, notifier.dead, notifier.settled_up_to) == ([], (), 4)


# --- down, then up --------------------------------------------------------------------------------


def test_a_server_that_was_down_gets_the_message_when_it_is_up(make_web, notifier_of):
    web = make_web()
    web.close()
    notifier = notifier_of({"board": web.url()}, attempts=50, backoff=0.02, backoff_max=0.05)
    notifier.publish((opened(1), opened(2)))
    assert not notifier.flush(0.1)
    assert notifier.settled_up_to == 0
    again = make_web(web.port)
    assert notifier.flush(5)
    assert again.titles == titles(1, 2)
    assert notifier.dead == ()
    assert notifier.settled_up_to == 2


def test_a_mail_that_is_put_off_is_sent_again(post_office, notifier_of):
    post_office.refusals.extend(["451 try again later"] * 2)
    notifier = notifier_of({"lead": post_office.url()})
    notifier.publish((opened(1, ("lead",)),))
    assert notifier.flush(5)
    assert [mail["subject"] for mail in post_office.got] == titles(1)
    assert notifier.dead == ()


def test_the_waits_between_attempts_grow(web, notifier_of):
    web.answers.extend([503] * 4)
    notifier = notifier_of({"board": web.url()}, attempts=5, backoff=0.05, backoff_max=0.2)
    notifier.publish((opened(1),))
    assert notifier.flush(5)
    waits = [after - before for before, after in pairwise(web.asked)]
    assert [wait >= least for wait, least in zip(waits, (0.05, 0.1, 0.2, 0.2), strict=True)] == [
        True
    ] * 4
    assert web.titles == titles(1)


# --- refusing -------------------------------------------------------------------------------------


def test_a_message_that_a_server_refuses_is_a_dead_letter_with_its_attempts(web, notifier_of):
    web.answers.extend([500] * 3)
    before = time.time()
    notifier = notifier_of({"board": web.url("/secret-hook")}, attempts=3)
    notifier.publish((opened(1), opened(2)))
    assert notifier.flush(5)
    [letter] = notifier.dead
    assert (letter.reason, letter.attempts) == ("not delivered", 3)
    assert letter.error == (
        "Failed to send JSON POST notification: Internal server error., error=500."
    )
    assert before <= letter.at <= time.time()
    assert (letter.message.seq, letter.message.kind, letter.message.to) == (
        1, "announced", ("board",),
    )  # fmt: skip
    assert letter.message.url == f"json://127.0.0.1:{web.port}/..."
    assert letter.message.title == "[#1] t-1: opened"
    assert web.titles == titles(2)  # the next one is tried all the same


def test_a_mail_that_is_refused_is_a_dead_letter(post_office, notifier_of):
    post_office.refusals.extend(["550 no such person"] * 3)
    notifier = notifier_of({"lead": post_office.url()})
    notifier.publish((opened(1, ("lead",)),))
    assert notifier.flush(5)
    assert dead(notifier) == [(1, "not delivered", 3)]
    assert notifier.dead[0].error == 'Sending email to "lead@example.org" failed.'
    assert post_office.got == []


def test_a_server_that_is_not_there_makes_dead_letters(make_web, post_office, notifier_of):
    web = make_web()
    web.close()
    post_office.close()
    notifier = notifier_of({"board": [web.url(), post_office.url()]}, attempts=2)
    notifier.publish((opened(1),))
    assert notifier.flush(5)
    assert dead(notifier) == [(1, "not delivered", 2)] * 2


def test_a_service_that_may_fail_by_its_url_is_a_dead_letter_too(web, notifier_of):
    web.answers.extend([500] * 3)
    notifier = notifier_of({"board": web.url("/?optional=yes")})
    notifier.publish((opened(1),))
    assert notifier.flush(5)
    assert dead(notifier) == [(1, "not delivered", 3)]


def test_dead_letters_can_be_sent_again(web, notifier_of):
    web.answers.extend([500] * 6)
    notifier = notifier_of({"board": web.url()})
    notifier.publish((opened(1), opened(2), opened(3, ("nobody",))))
    assert notifier.flush(5)
    assert dead(notifier) == [(3, "no route", 0), (1, "not delivered", 3), (2, "not delivered", 3)]
    assert notifier.retry_dead() == 2
    assert notifier.flush(5)
    assert web.titles == titles(1, 2)
    assert dead(notifier) == [(3, "no route", 0)]


def test_dead_letters_can_be_taken_away(web, notifier_of):
    notifier = notifier_of({"board": web.url()})
    notifier.publish((opened(1, ("nobody",)),))
    assert [letter.message.seq for letter in notifier.take_dead()] == [1]
    assert notifier.dead == ()
    assert notifier.retry_dead() == 0


def test_who_asked_for_it_is_told_of_each_dead_letter(web, notifier_of):
    web.answers.extend([500] * 3)
    told = []
    notifier = notifier_of(
        {"board": web.url()},
        on_dead=lambda letter: told.append((letter, threading.current_thread().name)),
    )
    notifier.publish((opened(1), opened(2, ("nobody",))))
    assert notifier.flush(5)
    assert {letter for letter, _ in told} == set(notifier.dead)
    assert {name for _, name in told} == {"assignwork-notify"}


def test_an_error_of_who_was_told_stops_nothing(web, notifier_of, caplog):
    def broken(letter):
        raise OSError("the disk is full")

    notifier = notifier_of({"board": web.url()}, on_dead=broken)
    notifier.publish((opened(1, ("nobody",)), opened(2)))
    assert notifier.flush(5)
    assert web.titles == titles(2)
    assert notifier.settled_up_to == 2
    assert "on_dead raised for event 1" in caplog.text


def test_who_was_told_cannot_wait_for_the_notifier(web, notifier_of):
    refused = []

    def waits(letter):
        for wait in (notifier.flush, notifier.close):
            with pytest.raises(AssignworkError, match="must not wait") as error:
                wait()
            refused.append(error)

    notifier = notifier_of({"board": web.url()}, on_dead=waits)
    notifier.publish((opened(1, ("nobody",)), opened(2)))
    assert notifier.flush(5)
    assert len(refused) == 2
    assert web.titles == titles(2)


def test_dead_letters_are_logged(web, notifier_of, caplog):
    web.answers.extend([500] * 3)
    notifier = notifier_of({"board": web.url("/secret-hook")})
    notifier.publish((opened(1),))
    assert notifier.flush(5)
    [record] = [r for r in caplog.records if r.name == "assignwork.integrations.notify"]
    assert record.levelno == logging.WARNING
    assert record.getMessage() == (
        "event 1 (announced of t-1) did not reach board "
        f"json://127.0.0.1:{web.port}/...: not delivered after 3 attempts: "
        "Failed to send JSON POST notification: Internal server error., error=500."
    )


# --- slow -----------------------------------------------------------------------------------------


def test_nobody_waits_for_a_slow_server(web, notifier_of):
    web.answers.extend([0.4, 0.4])
    notifier = notifier_of({"board": web.url()})
    told_in(0.2, notifier.publish, (opened(1), opened(2)))
    assert notifier.pending == 2
    assert notifier.flush(5)
    assert web.titles == titles(1, 2)


def test_nobody_waits_for_a_slow_mail_server(post_office, notifier_of):
    post_office.delay = 0.4
    notifier = notifier_of({"lead": post_office.url()})
    told_in(0.2, notifier.publish, (opened(1, ("lead",)),))
    assert notifier.flush(5)
    assert [mail["subject"] for mail in post_office.got] == titles(1)


def test_a_slow_channel_delays_no_other(make_web, notifier_of, eventually):
    slow, fast = make_web(), make_web()
    slow.gate.clear()
    notifier = notifier_of({"board": slow.url(), "lead": fast.url()})
    notifier.publish([opened(seq, ("board", "lead")) for seq in range(1, 21)])
    eventually(lambda: len(fast.got) == 20)
    assert fast.titles == titles(*range(1, 21))
    assert slow.got == []
    assert notifier.settled_up_to == 0
    slow.gate.set()
    assert notifier.flush(5)
    assert slow.titles == titles(*range(1, 21))


def test_waiting_for_the_next_attempt_delays_no_other_channel(make_web, notifier_of, eventually):
    down, fine = make_web(), make_web()
    down.answers.extend([500] * 100)
    notifier = notifier_of(
        {"board": down.url(), "lead": fine.url()}, backoff=5.0, backoff_max=5.0, workers=1
    )
    notifier.publish((opened(1), opened(2, ("lead",))))
    eventually(lambda: fine.got and notifier.pending == 1)
    assert fine.titles == titles(2)


def test_an_attempt_that_does_not_end_in_time_has_failed(web, notifier_of, eventually):
    web.gate.clear()
    notifier = notifier_of({"board": web.url()}, attempts=3, timeout=0.1)
    notifier.publish((opened(1),))
    assert notifier.flush(5)
    assert dead(notifier) == [(1, "not delivered", 3)]
    assert notifier.dead[0].error == "the attempt before has not ended yet"
    assert len(web.asked) == 1  # no second thread beside one that does not end
    web.gate.set()
    eventually(notifier._courier._lanes[0].stuck.done)
    notifier.publish((opened(2),))
    assert notifier.flush(5)
    assert web.titles == titles(1, 2)  # the first came after all: a receiver goes by the number


def test_an_attempt_that_was_cut_off_says_so(web, notifier_of):
    web.gate.clear()
    notifier = notifier_of({"board": web.url()}, attempts=1, timeout=0.1)
    notifier.publish((opened(1),))
    assert notifier.flush(5)
    assert notifier.dead[0].error == "no end after 0.1 seconds"


def test_no_more_attempts_are_under_way_than_there_are_workers(web, notifier_of):
    web.answers.extend([0.03] * 12)
    routes = {f"team-{i}": web.url(f"/{i}") for i in range(6)}
    notifier = notifier_of(routes, workers=2)
    notifier.publish([opened(seq, tuple(routes)) for seq in (1, 2)])
    assert notifier.flush(5)
    assert len(web.got) == 12
    assert web.busiest == 2


# --- queues, order, closing -----------------------------------------------------------------------


def test_what_does_not_fit_into_a_queue_is_a_dead_letter_at_once(make_web, notifier_of):
    full, free = make_web(), make_web()
    full.gate.clear()
    notifier = notifier_of({"board": full.url(), "lead": free.url()}, max_queue=2)
    notifier.publish([opened(seq) for seq in (1, 2, 3, 4)])
    assert dead(notifier) == [(3, "queue full", 0), (4, "queue full", 0)]
    notifier.publish((opened(5, ("lead",)),))  # each URL has a queue of its own
    full.gate.set()
    assert notifier.flush(5)
    assert full.titles == titles(1, 2)
    assert free.titles == titles(5)
    assert notifier.retry_dead() == 2
    assert notifier.flush(5)
    assert full.titles == titles(1, 2, 3, 4)
    assert notifier.dead == ()


def test_dead_letters_that_do_not_fit_stay_dead(web, notifier_of):
    web.gate.clear()
    notifier = notifier_of({"board": web.url()}, max_queue=1)
    notifier.publish([opened(seq) for seq in (1, 2)])
    assert notifier.retry_dead() == 0
    assert dead(notifier) == [(2, "queue full", 0)]
    web.gate.set()
    assert notifier.flush(5)
    assert notifier.retry_dead() == 1
    assert notifier.flush(5)
    assert web.titles == titles(1, 2)


def test_a_service_that_breaks_is_a_dead_letter(web, notifier_of, monkeypatch):
    for error in (ValueError("no"), SystemExit("no")):
        notifier = notifier_of({"board": web.url()}, attempts=2)
        [target] = notifier._routes.targets
        monkeypatch.setattr(target._apprise, "notify", Mock(side_effect=error))
        notifier.publish((opened(1),))
        assert notifier.flush(5)
        assert dead(notifier) == [(1, "not delivered", 2)]
        assert notifier.dead[0].error.startswith(type(error).__name__)


def test_each_url_gets_its_messages_in_order(web, notifier_of):
    web.answers.extend([200, 500, 500, 200, 0.02, 500, 200, 200, 500] * 3)
    notifier = notifier_of({"board": web.url()}, attempts=4, backoff=0.001)
    for seq in range(1, 31):
        notifier.publish((opened(seq),))
    assert notifier.flush(10)
    assert web.titles == titles(*range(1, 31))


def test_closing_waits_for_what_is_under_way(web):
    web.answers.append(0.1)
    with Notifier({"board": web.url()}) as notifier:
        notifier.publish((opened(1), opened(2)))
    assert web.titles == titles(1, 2)
    assert (notifier.dead, notifier.pending) == ((), 0)


def test_what_is_not_sent_when_it_closes_is_a_dead_letter(web, notifier_of, eventually):
    web.gate.clear()
    told = []
    notifier = notifier_of({"board": web.url()}, on_dead=told.append)
    notifier.publish((opened(1), opened(2)))
    eventually(lambda: web.asked)
    assert told_in(2, notifier.close, 0.05) is False
    assert dead(notifier) == [(1, "closed", 1), (2, "closed", 0)]
    assert tuple(told) == notifier.dead
    assert (notifier.pending, notifier.settled_up_to) == (0, 2)


def test_closing_does_not_wait_for_the_next_attempt(web, notifier_of):
    web.answers.append(500)
    notifier = notifier_of({"board": web.url()}, backoff=30.0)
    notifier.publish((opened(1),))
    assert not notifier.flush(0.2)
    assert told_in(2, notifier.close, 0.05) is False
    [letter] = notifier.dead
    assert (letter.reason, letter.attempts) == ("closed", 1)
    assert letter.error.endswith("error=500.")


def test_what_comes_after_closing_is_a_dead_letter(web, notifier_of):
    told = []
    notifier = notifier_of({"board": web.url()}, on_dead=told.append)
    assert notifier.close()
    notifier.publish((opened(1), opened(2, ("nobody",))))
    assert dead(notifier) == [(1, "closed", 0), (2, "no route", 0)]
    assert tuple(told) == notifier.dead
    assert notifier.retry_dead() == 0
    assert notifier.close()


def test_its_threads_end_with_it(web, eventually):
    before = threading.active_count()
    with Notifier({"board": web.url()}) as notifier:
        notifier.publish((opened(1),))
        assert notifier.flush(5)
        assert threading.active_count() > before
    eventually(lambda: threading.active_count() <= before)


def test_it_starts_no_thread_before_there_is_something_to_do(web, notifier_of):
    before = threading.active_count()
    notifier = notifier_of({"board": web.url()})
    notifier.publish((Closed(1, 0.0, "t-1", "ana"),))
    assert threading.active_count() == before


def test_where_no_thread_is_to_be_had_messages_are_dead_letters(web, notifier_of, monkeypatch):
    def refuse(thread):
        raise RuntimeError("can't start new thread")

    notifier = notifier_of({"board": web.url()}, attempts=2)
    notifier.publish((opened(1),))
    assert notifier.flush(5)
    late = notifier_of({"board": web.url()})
    monkeypatch.setattr(threading.Thread, "start", refuse)
    notifier.publish((opened(2),))
    late.publish((opened(3),))
    assert notifier.flush(5)
    assert dead(notifier) == [(2, "not delivered", 2)]
    assert notifier.dead[0].error == "can't start new thread"
    assert dead(late) == [(3, "no thread", 0)]
    monkeypatch.undo()
    assert notifier.retry_dead() == late.retry_dead() == 1
    assert notifier.flush(5)
    assert late.flush(5)
    assert sorted(web.titles) == titles(1, 2, 3)


# --- twice, and after a restart -------------------------------------------------------------------


def test_an_event_that_is_published_twice_is_told_once(web, notifier_of):
    notifier = notifier_of({"board": web.url()})
    notifier.publish((opened(1),))
    notifier.publish((opened(1), opened(2)))
    assert notifier.flush(5)
    notifier.publish((opened(2),))
    assert notifier.flush(5)
    assert web.titles == titles(1, 2)


def test_what_was_told_long_ago_is_told_again(web, notifier_of, monkeypatch):
    monkeypatch.setattr(_ledger, "REMEMBERED", 2)
    notifier = notifier_of({"board": web.url()})
    notifier.publish([opened(seq) for seq in (1, 2, 3)])
    notifier.publish([opened(seq) for seq in (2, 3, 1)])
    assert notifier.flush(5)
    assert web.titles == titles(1, 2, 3, 1)


def test_an_event_that_comes_late_is_told_all_the_same(web, notifier_of):
    notifier = notifier_of({"board": web.url()})
    notifier.publish((opened(2),))
    notifier.publish((opened(1),))
    assert notifier.flush(5)
    assert web.titles == titles(2, 1)


def test_after_a_restart_it_goes_on_where_it_was(web, notifier_of, eventually):
    log = [
        opened(1),
        Queued(2, 0.0, "t-2", "network", 1, 1, "given", None),
        opened(3),
        opened(4),
        opened(5),
    ]
    web.answers.extend([200, 200, *[500] * 40])
    first = notifier_of({"board": web.url()}, backoff=5.0, backoff_max=5.0)
    first.publish(log[:4])
    eventually(lambda: len(web.asked) == 3 and not web.busy)
    assert first.settled_up_to == 3  # the fourth is on its way; here the process dies
    web.answers.clear()
    again = notifier_of({"board": web.url()}, after_seq=3)
    again.publish(log)
    assert again.flush(5)
    assert web.titles == titles(1, 3, 4, 5)
    assert again.settled_up_to == 5


def test_an_event_is_settled_when_all_its_messages_are(make_web, notifier_of, eventually):
    slow, fast = make_web(), make_web()
    slow.gate.clear()
    notifier = notifier_of({"board": slow.url(), "lead": fast.url()})
    notifier.publish((opened(1, ("board", "lead")), opened(2, ("lead",))))
    eventually(lambda: notifier.pending == 1)
    assert notifier.settled_up_to == 0
    slow.gate.set()
    assert notifier.flush(5)
    assert notifier.settled_up_to == 2


def test_what_is_settled_stays_settled(web, notifier_of):
    web.answers.extend([500] * 3)
    notifier = notifier_of({"board": web.url()})
    notifier.publish((opened(1),))
    assert notifier.flush(5)
    assert notifier.settled_up_to == 1  # it is dead, and the host was told
    web.gate.clear()
    notifier.retry_dead()
    notifier.publish((Closed(2, 0.0, "t-1", None),))
    assert (notifier.settled_up_to, notifier.pending) == (2, 1)


def test_events_of_many_threads_are_all_told(web, notifier_of):
    notifier = notifier_of({"board": web.url()})
    threads = [
        threading.Thread(target=notifier.publish, args=([opened(seq) for seq in part],))
        for part in (range(1, 101, 2), range(2, 101, 2))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert notifier.flush(20)
    assert sorted(web.titles) == sorted(titles(*range(1, 101)))
    assert notifier.settled_up_to == 100
