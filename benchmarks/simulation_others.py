"""An M/M/c without a dispatcher, for `simulation.py`: by SimPy, by Ciw, and by a bare heap."""

import heapq
import random

import ciw
import simpy

Answers = tuple[float, float]  # P(wait), mean wait


def on_simpy(customers: int, seed: int, *, servers: int, rate: float) -> Answers:
    chance = random.Random(seed)
    waits: list[float] = []
    env = simpy.Environment()
    desk = simpy.Resource(env, servers)

    def customer():
        came = env.now
        with desk.request() as turn:
            yield turn
            waits.append(env.now - came)
            yield env.timeout(chance.expovariate(1.0))

    def source():
        for _ in range(customers):
            env.process(customer())
            yield env.timeout(chance.expovariate(rate))

    env.process(source())
    env.run()
    return sum(wait > 0 for wait in waits) / customers, sum(waits) / customers


def on_ciw(customers: int, seed: int, *, servers: int, rate: float) -> Answers:
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate)],
        service_distributions=[ciw.dists.Exponential(1.0)],
        number_of_servers=[servers],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(customers, method="Finish")
    waits = [record.waiting_time for record in simulation.get_all_records()]
    return sum(wait > 0 for wait in waits) / len(waits), sum(waits) / len(waits)


def on_a_heap(customers: int, seed: int, *, servers: int, rate: float) -> Answers:
    """Who is free first serves next: all there is to a queue without rules."""
    chance = random.Random(seed)
    free = [0.0] * servers
    at, waited, waiting = 0.0, 0.0, 0
    for _ in range(customers):
        at += chance.expovariate(rate)
        begin = max(at, free[0])
        heapq.heapreplace(free, begin + chance.expovariate(1.0))
        waited += begin - at
        waiting += begin > at
    return waiting / customers, waited / customers
