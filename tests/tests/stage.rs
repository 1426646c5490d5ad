//! Projects on the stage: what visitors see, and where their money goes, whatever happens in the middle.

use mosl_host::money::Mrk;
use mosl_host::stage::{Input, StageOptions};
use mosl_tests::play::{Play, Project, compile_example, compile_text, examples};

/// The program that platform.md shows, word for word.
const VENDING: &str = r##"
import { Container, Box, Text, Video, type Visitor } from "mark:scene";

export default class VendingMachine extends Container {
  price = 5mrk;
  @persist sold = 0;
  #door = new Box({ size: vec3(0.8, 1.6, 0.05), color: "#d33" });
  #screen = new Video({ size: vec2(0.6, 0.4), position: vec3(0, 1.9, 0.3) });

  onStart() {
    this.add(this.#door, this.#screen, new Text(`Cold drink, ${this.price}`, { position: vec3(0, 2.3, 0) }));
  }

  async onClick(visitor: Visitor) {
    await using payment = await visitor.pay(this.price, "Cold drink");   // the visitor may say no: then we are done
    await this.#door.animate({ rotation: Quat.euler(0, 90deg, 0) }, { duration: 0.8s, ease: "cubic-out" });
    this.#screen.play("assets/thanks.mp4");
    payment.accept();                                                     // until here a trap, a throw or a leave refunds
    this.sold += 1;
  }
}
"##;

fn vending() -> Project {
    compile_text(VENDING)
}

#[track_caller]
fn money(play: &Play, visitor: u64, owner: u64) {
    let found = (play.stage.balance("Ada"), play.stage.owner_balance());
    assert_eq!(found, (Mrk::whole(visitor), Mrk::whole(owner)), "{}", play.log);
}

#[test]
fn a_sale() {
    let mut play = Play::new(&vending());
    let ada = play.join("Ada");
    let start = play.shown();
    play.click(ada, "VendingMachine");
    play.answer(true);
    money(&play, 95, 100);
    play.advance(0.4);
    money(&play, 95, 100);
    play.advance(0.5);
    money(&play, 95, 105);
    let sale = play.shown();
    insta::assert_snapshot!(format!("{start}-- sale\n{sale}-- log\n{}", play.log));
}

#[test]
fn a_no_moves_nothing() {
    let mut play = Play::new(&vending());
    let ada = play.join("Ada");
    play.shown();
    play.click(ada, "VendingMachine");
    play.answer(false);
    play.advance(2.0);
    assert_eq!(play.shown(), "");
    money(&play, 100, 100);
    assert!(!play.log.contains("error"), "{}", play.log);
}

#[test]
fn who_cannot_pay_is_told_nothing_is_moved() {
    let mut play = Play::with(&vending(), StageOptions { starting_balance: Mrk::whole(3), ..StageOptions::default() });
    let ada = play.join("Ada");
    play.click(ada, "VendingMachine");
    play.answer(true);
    play.advance(2.0);
    money(&play, 3, 3);
}

#[test]
fn leaving_in_the_middle_refunds() {
    let mut play = Play::new(&vending());
    let ada = play.join("Ada");
    play.click(ada, "VendingMachine");
    play.answer(true);
    money(&play, 95, 100);
    play.handle(Input::Leave { visitor: ada });
    money(&play, 100, 100);
    play.advance(2.0);
    money(&play, 100, 100);
}

#[test]
fn leaving_before_the_answer_is_a_no() {
    let mut play = Play::new(&vending());
    let ada = play.join("Ada");
    play.click(ada, "VendingMachine");
    play.handle(Input::Leave { visitor: ada });
    // The answer comes too late.
    play.answer(true);
    play.advance(2.0);
    money(&play, 100, 100);
}

#[test]
fn a_question_that_nobody_answers_expires() {
    let mut play = Play::new(&vending());
    let ada = play.join("Ada");
    play.click(ada, "VendingMachine");
    play.advance(121.0);
    assert!(play.log.ends_with("visitor 1 is not asked any more\n"), "{}", play.log);
    play.answer(true);
    money(&play, 100, 100);
}

/// A shop whose `onClick` goes on with `body` once it is paid.
fn shop(body: &str) -> Project {
    compile_text(&format!(
        r#"
import {{ Container, Box, type Visitor }} from "mark:scene";
export default class Shop extends Container {{
  @persist sold = 0;
  box = new Box();
  kept: any = null;
  onStart() {{ this.add(this.box); console.log("sold", this.sold); }}
  async onClick(visitor: Visitor) {{
    const payment: any = await visitor.pay(5mrk, "Thing");
    this.sold += 1;
    {body}
  }}
}}
"#
    ))
}

/// Plays one sale with that body, for some seconds.
fn sell(body: &str, seconds: f64) -> Play {
    let mut play = Play::new(&shop(body));
    let ada = play.join("Ada");
    play.click(ada, "Shop");
    play.answer(true);
    play.advance(seconds);
    play
}

#[test]
fn accepted_money_is_the_owners() {
    money(&sell("payment.accept();", 1.0), 95, 105);
}

#[test]
fn a_handler_that_forgets_refunds() {
    money(&sell("", 1.0), 100, 100);
}

#[test]
fn a_throw_refunds_and_says_where() {
    let play = sell("throw new RangeError('out of stock');", 1.0);
    money(&play, 100, 100);
    assert!(play.log.contains("RangeError: out of stock") && play.log.contains("main.mosl:11"), "{}", play.log);
}

#[test]
fn a_refund_is_final() {
    let play = sell("payment.refund(); try { payment.accept(); } catch (error) { console.log(error.message); }", 1.0);
    money(&play, 100, 100);
    assert!(play.log.contains("log: the payment was already refunded"), "{}", play.log);
}

#[test]
fn a_kept_payment_outlives_its_handler_until_it_expires() {
    let play = sell("this.kept = payment.keep();", 1.0);
    money(&play, 95, 100);
    let mut play = play;
    play.advance(600.0);
    money(&play, 100, 100);
    money(&sell("this.kept = payment.keep(); setTimeout(() => this.kept.accept(), 5000);", 6.0), 95, 105);
}

#[test]
fn a_trap_undoes_its_turn_and_restarts_the_object() {
    let mut play = sell("payment.accept(); this.box.position = vec3(1, 1, 1); for (;;) {}", 0.5);
    money(&play, 100, 100);
    assert!(play.log.contains("fault: limit reached: fuel"), "{}", play.log);
    let shown = play.shown();
    assert!(!shown.contains("position") && shown.ends_with("reset\n"), "{shown}");
    play.advance(1.0);
    assert!(play.log.ends_with("log: sold 0\nstarted\n"), "{}", play.log);
    play.click(1, "Shop");
}

#[test]
fn faults_in_a_row_wait_longer_each_time() {
    let looping = "import { Container } from 'mark:scene';\nexport default class Loop extends Container { onStart() { for (;;) {} } }";
    let mut play = Play::with(
        &compile_text(looping),
        StageOptions {
            limits: mosl_vm::Limits { fuel: 100_000, ..mosl_vm::Limits::default() },
            ..StageOptions::default()
        },
    );
    play.advance(8.0);
    let waits: Vec<&str> =
        play.log.lines().filter_map(|line| line.split_once("again in ").map(|(_, wait)| wait)).collect();
    assert_eq!(waits, ["1s", "2s", "4s", "8s"]);
}

#[test]
fn a_new_version_takes_over_what_has_changed() {
    let version = |price: &str, hint: &str| {
        compile_text(&format!(
            r#"
import {{ Container, type Visitor }} from "mark:scene";
export default class Counter extends Container {{
  @persist sold = 0;
  price = {price};
  hint = "{hint}";
  clicks = 0;
  onStart() {{ console.log(this.sold, this.price, this.hint, this.clicks); }}
  onClick(visitor: Visitor) {{ this.sold += 1; this.clicks += 1; }}
}}
"#
        ))
    };
    let mut play = Play::new(&version("5", "a"));
    let ada = play.join("Ada");
    play.click(ada, "Counter");
    play.click(ada, "Counter");
    play.load(&version("6", "b"));
    play.click(ada, "Counter");
    play.load(&version("'cheap'", "c"));
    let lines: Vec<&str> = play.log.lines().filter(|line| line.starts_with("log")).collect();
    // What the edited text says holds, where the object itself had not changed it.
    assert_eq!(lines, ["log: 0 5 a 0", "log: 2 6 b 2", "log: 3 cheap c 3"], "{}", play.log);
}

#[test]
fn persisted_fields_survive_a_restart_of_the_host() {
    let path = std::env::temp_dir().join(format!("mosl-stage-{}.redb", std::process::id()));
    let options = || StageOptions { data: Some(path.clone()), ..StageOptions::default() };
    let project = shop("payment.accept();");
    for round in 0..3u64 {
        let mut play = Play::with(&project, options());
        assert!(play.log.contains(&format!("log: sold {round}")), "{}", play.log);
        let ada = play.join("Ada");
        play.click(ada, "Shop");
        play.answer(true);
        money(&play, 95 - 5 * round, 105 + 5 * round);
    }
    std::fs::remove_file(&path).expect("the file is there");
}

const CHILD: &str = "MOSL_STAGE_CHILD";

/// Not a test of its own: the process that the next test kills, with a payment in escrow.
#[test]
fn child_that_is_killed_with_a_payment_open() {
    let Some(path) = std::env::var_os(CHILD) else { return };
    let mut play = Play::with(&vending(), StageOptions { data: Some(path.into()), ..StageOptions::default() });
    let ada = play.join("Ada");
    play.click(ada, "VendingMachine");
    play.answer(true);
    println!("in escrow: {}", play.stage.balance("Ada"));
    std::thread::sleep(std::time::Duration::from_secs(600));
}

#[test]
fn kill_9_between_yes_and_settlement_gives_everything_back() {
    use std::io::BufRead;
    let path = std::env::temp_dir().join(format!("mosl-stage-kill-{}.redb", std::process::id()));
    let mut child = std::process::Command::new(std::env::current_exe().expect("this test is a program"))
        .args(["--exact", "child_that_is_killed_with_a_payment_open", "--nocapture"])
        .env(CHILD, &path)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("it starts");
    let lines = std::io::BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let held = lines.map_while(Result::ok).any(|line| line.contains("in escrow: 95 MRK"));
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert!(held);
    let mut play = Play::with(&vending(), StageOptions { data: Some(path.clone()), ..StageOptions::default() });
    play.join("Ada");
    money(&play, 100, 100);
    assert!(play.log.starts_with("warn: 5 MRK given back"), "{}", play.log);
    drop(play);
    std::fs::remove_file(&path).expect("the file is there");
}

#[test]
fn events_reach_the_nearest_object_that_handles_them() {
    let mut play = Play::new(&compile_text(
        r#"
import { Container, Box, type Visitor } from "mark:scene";
class Inner extends Container {
  onHoverStart(visitor: Visitor) { console.log("inner hover", visitor.name); }
}
export default class Outer extends Container {
  inner = new Inner({ name: "inner", position: vec3(10, 0, 0) });
  far: Visitor | null = null;
  onStart() {
    this.inner.add(new Box({ name: "box" }));
    this.add(this.inner);
    this.nearRadius = 2;
  }
  onClick(visitor: Visitor) { console.log("click", visitor.name, visitor === this.far); }
  onHoverStart() { console.log("outer hover"); }
  onHoverEnd() { console.log("outer hover end"); }
  onNear(visitor: Visitor) { console.log("near", visitor.position); }
  onFar(visitor: Visitor) { this.far = visitor; console.log("far"); }
  onMessage(visitor: Visitor, message: any) { console.log("message", message); }
}
"#,
    ));
    let visitor = play.join("Ada");
    let node = play.stage.find("box").expect("it is there");
    play.handle(Input::HoverStart { visitor, node });
    play.handle(Input::HoverEnd { visitor, node });
    play.handle(Input::Move { visitor, position: [1.0, 0.0, 1.0] });
    play.handle(Input::Move { visitor, position: [1.0, 0.0, 1.1] });
    play.handle(Input::Move { visitor, position: [3.0, 0.0, 0.0] });
    play.handle(Input::Click { visitor, node });
    play.handle(Input::Message { visitor, node, text: "hi".into() });
    // From a client that lies.
    play.handle(Input::Click { visitor, node: 12_345 });
    play.handle(Input::Click { visitor: 99, node });
    play.handle(Input::Move { visitor, position: [f64::NAN, 0.0, 0.0] });
    insta::assert_snapshot!(play.log);
}

#[test]
fn the_prize_wheel_stays_within_its_budget() {
    let mut play = Play::with(
        &compile_example("prize-wheel"),
        StageOptions { starting_balance: Mrk::whole(1000), ..StageOptions::default() },
    );
    let ada = play.join("Ada");
    for _ in 0..80 {
        play.click(ada, "PrizeWheel");
        if play.prompts.is_empty() {
            break;
        }
        play.answer(true);
        play.advance(30.0);
    }
    assert!(play.log.contains("No prizes left today"), "{}", play.log);
    assert!(!play.log.contains("error"), "{}", play.log);
    let spins = play.log.matches("is asked for 1 MRK").count() as u128;
    let paid = Mrk::whole(1000).0 + spins * Mrk::whole(1).0 - play.stage.owner_balance().0;
    assert!((Mrk::whole(23).0..=Mrk::whole(25).0).contains(&paid), "{paid}");
    assert_eq!(play.stage.balance("Ada").0 + play.stage.owner_balance().0, Mrk::whole(2000).0);
    // The next day there is a new budget.
    play.advance(86_400.0);
    play.click(ada, "PrizeWheel");
    assert!(!play.prompts.is_empty(), "{}", play.log);
}

/// Every example, with everything a visitor can do to it; whatever is clickable is clicked.
#[track_caller]
fn try_out(name: &str) -> Play {
    let mut play = Play::new(&compile_example(name));
    let visitor = play.join("Ada");
    play.advance(0.5);
    let nodes: Vec<u32> = (1..400).collect();
    for (step, &node) in nodes.iter().enumerate() {
        play.handle(Input::HoverStart { visitor, node });
        play.handle(Input::Click { visitor, node });
        if !play.prompts.is_empty() {
            play.answer(step % 2 == 0);
        }
        play.handle(Input::HoverEnd { visitor, node });
        play.handle(Input::Move { visitor, position: [(step % 7) as f64 - 3.0, 0.0, (step % 5) as f64 - 2.0] });
        play.advance(0.1);
    }
    play.advance(20.0);
    play.handle(Input::Leave { visitor });
    assert!(play.log.starts_with("started\n"), "{name}: {}", play.log);
    assert!(!play.log.contains("error:") && !play.log.contains("fault:"), "{name}: {}", play.log);
    play
}

#[test]
fn every_example_runs_and_bears_whatever_visitors_do() {
    let mut names: Vec<String> = (std::fs::read_dir(examples()).expect("examples/ is there"))
        .map(|entry| entry.expect("it can be read").file_name().into_string().expect("it is text"))
        .collect();
    names.sort();
    assert!(names.len() >= 7, "{names:?}");
    for name in names {
        try_out(&name);
    }
}

#[test]
fn a_run_is_a_function_of_its_inputs() {
    for name in ["prize-wheel", "kinetic-sculpture"] {
        let (mut one, mut other) = (try_out(name), try_out(name));
        assert_eq!(one.log, other.log);
        assert_eq!(one.shown(), other.shown());
    }
}

#[test]
fn opening_scenes() {
    for name in ["gallery", "greeter", "lamp", "vending-machine"] {
        let mut play = Play::new(&compile_example(name));
        let opening = play.shown();
        insta::assert_snapshot!(name, opening);
    }
}
