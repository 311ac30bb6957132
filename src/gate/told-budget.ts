import { type Reservation, type RunBudget, soundSpent, type Spending } from "../contract/spending.ts";

/** A run's budget as one call has it: somebody is told what the call spends. */
export class ToldBudget implements RunBudget {
  constructor(
    private readonly budget: RunBudget,
    private readonly onSpend: (spent: Spending) => void,
  ) {}

  left(): Spending {
    return this.budget.left();
  }

  async reserve(worst: Spending, signal: AbortSignal): Promise<Reservation> {
    const reservation = await this.budget.reserve(worst, signal);
    let isOpen = true;
    return {
      settle: (spent) => {
        reservation.settle(spent);
        if (isOpen) this.onSpend(soundSpent(spent, worst));
        isOpen = false;
      },
    };
  }
}
