//! Functions whose library code goes to a file do what they did before: by every order of the attributes, alone,
//! and in every form that a function can have.
#![forbid(unsafe_code)]
#![deny(warnings, unused, let_underscore, rust_2018_idioms)]
#![deny(missing_docs, trivial_casts, unused_qualifications, unused_results)]
use zkarena::{AllocError, PVec, Phase, Plan, Secret, lowmem, witness, zk_phase};

mod orders {
    use zkarena::{AllocError, lowmem, witness, zk_phase};

    #[zk_phase(tmp, name = "below")]
    #[lowmem(min = "2MiB")]
    pub(super) fn below(rows: &[u32]) -> u32 {
        tmp.vec_from(rows).iter().sum()
    }

    #[inline]
    #[lowmem(prefer = file)]
    #[must_use]
    #[zk_phase(tmp, try, budget = "1GiB")]
    pub(super) fn above(rows: &[u32]) -> Result<u32, AllocError> {
        Ok(tmp.try_vec_from(rows)?.iter().sum())
    }

    #[lowmem]
    pub(super) fn alone(rows: &[u32]) -> u32 {
        phase.vec_from(rows).iter().sum()
    }

    #[lowmem(encrypt)]
    #[witness]
    #[zk_phase(try)]
    pub(super) fn secret() -> Result<u32, AllocError> {
        Ok(1)
    }
}

mod hygiene {
    #![allow(missing_docs, reason = "names that generated code must not use")]

    pub(super) mod std {}
    pub(super) mod core {}

    pub(super) struct Lowmem;
    pub(super) struct Prefer;

    #[::zkarena::lowmem(crate = ::zkarena, min = 1 << 20, prefer = budget)]
    pub(super) fn by_path() -> (Lowmem, Prefer) {
        (Lowmem, Prefer)
    }
}

struct Prover {
    rows: Vec<u64>,
}

impl Prover {
    #[lowmem(min = self.rows.len() * 8)]
    fn sum<T>(&self, mut of: T) -> T
    where
        T: Extend<u64>,
    {
        of.extend(self.rows.iter().copied());
        of
    }

    #[zk_phase(tmp in out, plan = Plan::new().reserve(1 << 16))]
    #[lowmem]
    fn fold<'p>(&self, out: Phase<'p>) -> PVec<'p, u64> {
        let halves = tmp.vec_from(&self.rows);
        out.vec_from(&halves[..self.rows.len() / 2])
    }
}

#[lowmem]
fn fails(text: &str) -> Result<u32, std::num::ParseIntError> {
    let number: u32 = text.parse()?;
    if number == 7 {
        return Ok(8);
    }
    Ok(number)
}

#[zk_phase(try)]
#[lowmem]
fn count(rows: usize) -> Result<impl Iterator<Item = usize>, Box<dyn std::error::Error>> {
    if rows == 0 {
        return Err("no rows".into());
    }
    Ok(0..rows)
}

#[lowmem]
#[zk_phase(try)]
fn parse(text: &str) -> Result<Box<dyn Fn() -> u32 + '_>, Box<dyn std::error::Error>> {
    let number: u32 = text.parse()?;
    Ok(Box::new(move || number))
}

#[zk_phase(try)]
#[lowmem]
fn search<'a>(prover: &'a Prover, row: u64) -> Result<&'a u64, AllocError> {
    loop {
        if let Some(found) = prover.rows.iter().find(|&&found| found == row) {
            return Ok(found);
        }
    }
}

#[witness]
#[lowmem(encrypt)]
fn secret(key: &Secret<u64>) -> Result<u64, AllocError> {
    Ok(*key.expose())
}

#[zk_phase]
fn main() {
    let rows = [1, 2, 3];
    assert_eq!(orders::below(&rows) + orders::alone(&rows), 12);
    assert!(matches!(orders::above(&rows), Ok(6)));
    assert!(orders::secret().is_err(), "the allocator is another one");
    let _secret: fn(&Secret<u64>) -> Result<u64, AllocError> = secret;
    let (hygiene::Lowmem, hygiene::Prefer) = hygiene::by_path();
    let prover = Prover {
        rows: vec![4, 5, 6, 7],
    };
    assert_eq!(prover.sum(Vec::new()), prover.rows);
    assert_eq!(prover.fold(phase)[..], [4, 5]);
    assert_eq!((fails("7"), fails("9")), (Ok(8), Ok(9)));
    assert!(fails("x").is_err() && count(0).is_err() && parse("x").is_err());
    assert_eq!(count(3).map(|rows| rows.sum::<usize>()).ok(), Some(3));
    assert_eq!(parse("7").map(|number| number()).ok(), Some(7));
    assert_eq!(search(&prover, 5), Ok(&5));
}
