//! Payment races: scripts that settle twice, at once, too late or never, under visitors who click, answer, leave and come back in any
//! order. Whatever happens, no money is made or lost: what visitors and the owner have never exceeds what there was, and is exactly that
//! once everything that was held has expired.

use mosl_host::stage::{Input, StageOptions, VisitorId};
use mosl_tests::play::{Play, Project, compile_text};
use mosl_tests::random::Random;
use mosl_vm::Limits;

/// What a shop does with a payment of 5 MRK; `this.open` holds payments from before.
const SHOPS: &[(&str, &str)] = &[
    ("accepts", "payment.accept();"),
    ("accepts twice", "payment.accept(); payment.accept();"),
    ("accepts, then refunds", "payment.accept(); payment.refund();"),
    ("refunds, then accepts", "payment.refund(); try { payment.accept(); } catch { payment.accept(); }"),
    ("accepts in many microtasks", "await Promise.all([1, 2, 3].map(async () => { await null; payment.accept(); }));"),
    ("accepts and traps", "payment.accept(); for (;;);"),
    ("accepts and floods memory", "payment.accept(); const a: any[] = []; for (;;) a.push(new Array(1000).fill(0));"),
    ("accepts and overflows the stack", "payment.accept(); const f = (): number => f() + 1; f();"),
    ("accepts and throws", "payment.accept(); throw new Error('no');"),
    ("throws before it accepts", "setTimeout(() => payment.accept(), 100); throw new Error('no');"),
    ("accepts after its handler ended", "setTimeout(() => payment.accept(), 300);"),
    (
        "keeps all, and settles them at once",
        "this.open.push(payment.keep()); if (this.open.length > 2) for (const p of this.open) { p.accept(); p.refund(); }",
    ),
    (
        "keeps, and accepts what another click kept",
        "const old = this.open.pop(); this.open.push(payment.keep()); old?.accept(); old?.accept();",
    ),
    ("disposes of what it accepted", "{ await using held = payment; held.accept(); } payment.refund();"),
    (
        "forges a payment",
        "const fake: any = Object.assign(Object.create(Object.getPrototypeOf(payment)), payment); fake.accept(); payment.accept();",
    ),
    (
        "guesses another payment's number",
        "const other: any = Object.create(Object.getPrototypeOf(payment)); for (let i = 0; i < 50; i++) { Object.defineProperty(other, 'id', { value: String(i), configurable: true }); try { other.accept(); other.refund(); } catch {} }",
    ),
    ("asks again while it is asked", "this.ask(visitor); this.ask(visitor); payment.accept();"),
    (
        "sends on what it does not have yet",
        "try { wallet.send(visitor, 5mrk, 'back'); wallet.send(visitor, 500mrk, 'much'); } finally { payment.accept(); }",
    ),
    ("sends on and traps", "wallet.send(visitor, 1mrk, 'back'); payment.accept(); for (;;);"),
    (
        "holds the turn while it settles",
        "for (let i = 0; i < 1000; i++) { try { payment.accept(); } catch {} try { payment.refund(); } catch {} }",
    ),
];

fn shop(body: &str) -> Project {
    compile_text(&format!(
        r#"
import {{ Container, Box, type Visitor }} from "mark:scene";
import {{ wallet }} from "mark:mrk";
export default class Shop extends Container {{
  box = new Box();
  open: any[] = [];
  sent = wallet.balance;
  onStart() {{ this.add(this.box); }}
  async ask(visitor: Visitor) {{ const more: any = await visitor.pay(5mrk, "More"); this.open.push(more.keep()); }}
  async onClick(visitor: Visitor) {{
    const payment: any = await visitor.pay(5mrk, "Thing");
    {body}
  }}
}}
"#
    ))
}

fn total(play: &Play) -> u128 {
    let all = [play.stage.balance("Ada"), play.stage.balance("Bob"), play.stage.owner_balance()];
    all.iter().map(|amount| amount.0).sum()
}

/// Some visitors, some moments, some answers.
fn play_at_random(name: &str, project: &Project, seed: u64) {
    let limits = Limits { fuel: 300_000, heap: 8 << 20, ..Limits::default() };
    let mut play = Play::with(project, StageOptions { limits, ..StageOptions::default() });
    let mut random = Random::new(seed);
    let mut visitors: [VisitorId; 2] = [play.join("Ada"), play.join("Bob")];
    let most = total(&play);
    for step in 0..40 {
        let who = random.below(2);
        match random.below(8) {
            0 | 1 if play.stage.find("Shop").is_some() => play.click(visitors[who], "Shop"),
            2 | 3 if !play.prompts.is_empty() => play.answer(true),
            4 if !play.prompts.is_empty() => play.answer(random.below(2) == 0),
            5 => {
                play.handle(Input::Leave { visitor: visitors[who] });
                visitors[who] = play.join(["Ada", "Bob"][who]);
            }
            6 => play.advance(0.2),
            _ => play.advance(random.below(60) as f64),
        }
        assert!(total(&play) <= most, "a shop that {name} made money at step {step} of seed {seed}:\n{}", play.log);
    }
    for visitor in visitors {
        play.handle(Input::Leave { visitor });
    }
    play.advance(2000.0);
    assert_eq!(total(&play), most, "a shop that {name} lost money, seed {seed}:\n{}", play.log);
}

#[test]
fn no_order_of_events_makes_or_loses_money() {
    for (name, body) in SHOPS {
        let project = shop(body);
        for seed in 1..=12 {
            play_at_random(name, &project, seed);
        }
    }
}
