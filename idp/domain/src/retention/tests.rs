use super::*;
use proptest::prelude::*;

const DAY: Duration = Duration::from_hours(24);
const POLICY: RetentionPolicy =
    RetentionPolicy { inactive_after: Duration::from_hours(24 * 900), notices: [days(60), days(30)] };

const fn days(n: u64) -> Duration {
    Duration::from_hours(24 * n)
}

fn at(day: u64) -> Timestamp {
    Timestamp::EPOCH.plus(days(day))
}

/// An account last used at the beginning, on a day, where time was lived through day by day.
fn facts(day: u64, notices: [Option<Notice>; 2]) -> RetentionFacts {
    RetentionFacts { last_use: Timestamp::EPOCH, notices, lived: days(day), now: at(day) }
}

fn notice(written: u64, deletes: u64, sent: Option<u64>) -> Notice {
    Notice { written_at: at(written), deletes_at: at(deletes), sent: sent.map(days) }
}

fn notify(position: NoticePosition, day: u64) -> RetentionDecision {
    RetentionDecision::Notify { position, deletes_at: at(day) }
}

#[test]
fn an_unused_account_gets_its_notices_sixty_and_thirty_days_before_its_end() {
    use NoticePosition::{First, Second};
    use RetentionDecision::{Delete, Wait};
    let decide = |day, notices| decide_retention(&facts(day, notices), &POLICY);
    assert_eq!(decide(839, [None, None]), Wait);
    assert_eq!(decide(840, [None, None]), notify(First, 900));
    let first = notice(840, 900, Some(840));
    assert_eq!(decide(869, [Some(first), None]), Wait);
    assert_eq!(decide(870, [Some(first), None]), notify(Second, 900));
    let second = notice(870, 900, Some(870));
    assert_eq!(decide(899, [Some(first), Some(second)]), Wait);
    assert_eq!(decide(900, [Some(first), Some(second)]), Delete);
}

#[test]
fn a_notice_that_was_not_sent_counts_for_nothing_and_a_late_one_delays() {
    use RetentionDecision::{Delete, Wait};
    let decide = |day, notices| decide_retention(&facts(day, notices), &POLICY);
    assert_eq!(decide(2000, [Some(notice(840, 900, None)), None]), Wait);
    let first = notice(840, 900, Some(850));
    assert_eq!(decide(879, [Some(first), None]), Wait, "thirty days after it was sent");
    assert_eq!(decide(880, [Some(first), None]), notify(NoticePosition::Second, 910));
    assert_eq!(decide(2000, [Some(first), Some(notice(880, 910, None))]), Wait);
    let second = notice(880, 910, Some(890));
    assert_eq!(decide(919, [Some(first), Some(second)]), Wait);
    assert_eq!(decide(920, [Some(first), Some(second)]), Delete);
}

#[test]
fn a_system_that_was_away_begins_with_the_first_notice() {
    let long_after = decide_retention(&facts(2000, [None, None]), &POLICY);
    assert_eq!(long_after, notify(NoticePosition::First, 2060), "with its sixty days");
}

#[test]
fn r9_a_clock_that_jumps_three_years_ahead_and_back_deletes_nobody() {
    use RetentionDecision::Wait;
    // Nothing is lived through in a jump.
    let jumped = RetentionFacts { now: at(1100), ..facts(5, [None, None]) };
    assert_eq!(decide_retention(&jumped, &POLICY), notify(NoticePosition::First, 1160));
    let first = Some(Notice { written_at: at(1100), deletes_at: at(1160), sent: Some(days(5)) });
    for day in [1101, 1200, 5000] {
        let facts = RetentionFacts { now: at(day), ..facts(6, [first, None]) };
        assert_eq!(decide_retention(&facts, &POLICY), Wait, "{day}");
    }
    // Back again the notice changes nothing, and when its account's time comes it is written anew.
    assert_eq!(decide_retention(&facts(6, [first, None]), &POLICY), Wait);
    assert_eq!(decide_retention(&facts(840, [first, None]), &POLICY), notify(NoticePosition::First, 900));
}

#[test]
fn a_use_makes_notices_worthless() {
    let used = RetentionFacts {
        last_use: at(880),
        ..facts(881, [Some(notice(840, 900, Some(840))), Some(notice(870, 900, Some(870)))])
    };
    assert_eq!(decide_retention(&used, &POLICY), RetentionDecision::Withdraw);
}

#[test]
fn time_is_lived_through_in_steps_of_less_than_two_days() {
    let start = LivedTime::from(at(10));
    let hour = Duration::from_hours(1);
    assert_eq!(start.look(at(10).plus(hour)), LivedTime { seen_at: at(10).plus(hour), lived: hour });
    assert_eq!(start.look(at(11)), LivedTime { seen_at: at(11), lived: DAY }, "a daily run");
    assert_eq!(start.look(at(12)), LivedTime { seen_at: at(12), lived: Duration::ZERO }, "a jump");
    assert_eq!(start.look(at(1000)).look(at(10)), LivedTime { seen_at: at(10), lived: Duration::ZERO });
    // Two nodes half a minute apart count each minute once.
    let mut time = start;
    for minute in 1..=60 {
        for skew in [30, 0] {
            time = time.look(at(10).plus(Duration::from_secs(60 * minute + skew)));
        }
    }
    assert_eq!(time.lived, Duration::from_secs(60 * 60 + 30));
}

/// What happens next to an account and its server.
#[derive(Debug, Clone)]
enum Happening {
    /// Hours pass.
    Hours(u64),
    /// The clock jumps, by days.
    Jump(i64),
    /// Mails go out, or don't.
    MailServer(bool),
    /// Its person signs in.
    SignIn,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        400 => (1..24_u64).prop_map(Happening::Hours),
        1 => (2..1500_i64).prop_map(Happening::Jump),
        1 => (-1500..=-2_i64).prop_map(Happening::Jump),
        4 => any::<bool>().prop_map(Happening::MailServer),
        1 => Just(Happening::SignIn),
    ]
}

/// An account with its server: what the rule sees, and the true time, which it doesn't.
struct World {
    facts: RetentionFacts,
    time: LivedTime,
    true_time: Duration,
    mails_go_out: bool,
    sent_truly: [Option<Duration>; 2],
}

impl World {
    fn pass(&mut self, step: Duration) {
        self.true_time += step;
        self.facts.now = self.facts.now.plus(step);
    }

    fn sign_in(&mut self) {
        self.facts.last_use = self.facts.now;
        self.facts.notices = [None, None];
    }

    /// One run of the worker; whether the account is deleted.
    fn run(&mut self) -> bool {
        self.time = self.time.look(self.facts.now);
        self.facts.lived = self.time.lived;
        for (notice, truly) in self.facts.notices.iter_mut().zip(&mut self.sent_truly) {
            if let Some(notice) = notice.as_mut().filter(|notice| notice.sent.is_none() && self.mails_go_out)
            {
                notice.sent = Some(self.time.lived);
                *truly = Some(self.true_time);
            }
        }
        match decide_retention(&self.facts, &POLICY) {
            RetentionDecision::Wait => {}
            RetentionDecision::Withdraw => self.facts.notices = [None, None],
            RetentionDecision::Notify { position, deletes_at } => {
                let notice = Notice { written_at: self.facts.now, deletes_at, sent: None };
                match position {
                    // The second one belonged to the first.
                    NoticePosition::First => self.facts.notices = [Some(notice), None],
                    NoticePosition::Second => self.facts.notices[1] = Some(notice),
                }
            }
            RetentionDecision::Delete => return true,
        }
        false
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nobody_is_deleted_without_both_notices_truly_sent_at_their_distances(happenings in proptest::collection::vec(happening(), 500..3000)) {
        let start = at(20_000);
        let mut world = World {
            facts: RetentionFacts { last_use: start, notices: [None, None], lived: Duration::ZERO, now: start },
            time: LivedTime::from(start),
            true_time: Duration::ZERO,
            mails_go_out: true,
            sent_truly: [None, None],
        };
        for happening in happenings {
            match happening {
                Happening::Hours(hours) => world.pass(Duration::from_hours(hours)),
                Happening::Jump(days) if days < 0 => world.facts.now = world.facts.now.minus(DAY * u32::try_from(-days).unwrap()),
                Happening::Jump(days) => world.facts.now = world.facts.now.plus(DAY * u32::try_from(days).unwrap()),
                Happening::MailServer(up) => world.mails_go_out = up,
                Happening::SignIn => world.sign_in(),
            }
            let before = world.facts;
            if world.run() {
                let [first, second] = world.sent_truly.map(|sent| world.true_time.saturating_sub(sent.unwrap()));
                prop_assert!(first >= days(60) && second >= days(30), "{first:?} {second:?} {before:?}");
                prop_assert!(before.notices.iter().flatten().all(|notice| notice.sent.is_some()));
                prop_assert!(world.facts.now >= before.notices[1].unwrap().deletes_at);
                return Ok(());
            }
        }
        // From here on nothing goes wrong any more and nobody comes: the end comes too.
        world.mails_go_out = true;
        let far = world.facts.now.since(world.facts.last_use).max(world.facts.last_use.since(world.facts.now));
        let most = (far + POLICY.inactive_after + days(200)).as_secs() / (12 * 3600);
        for _ in 0..most {
            world.pass(Duration::from_hours(12));
            if world.run() {
                return Ok(());
            }
        }
        prop_assert!(false, "never deleted: {:?}", world.facts);
    }
}
