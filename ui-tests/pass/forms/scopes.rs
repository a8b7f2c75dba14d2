use zkarena::{PVec, Plan, scope, zk_phase};

#[zk_phase]
fn nested(rows: &[u32]) -> u32 {
    let mut sums = phase.vec::<u32>();
    for row in rows {
        scope!(tmp in phase => {
            let parts = tmp.vec_from(&[*row; 2]);
            sums.push(scope!("inner", inner in tmp => { inner.vec_from(&parts).iter().sum() }));
        });
    }
    sums.iter().sum()
}

fn of_its_own() -> usize {
    scope!(tmp => { tmp.vec_from(&[1, 2]).len() })
}

#[zk_phase]
fn with_a_plan(rows: usize, plan: Option<Plan>) -> Option<u64> {
    let plan = |bytes| plan.map(|plan| plan.reserve(bytes));
    let inner = scope!("planned", tmp in phase, plan = plan(rows)? => { tmp.stats().poly.bytes });
    Some(scope!(tmp, plan = plan(2 * rows)? => { tmp.stats().poly.bytes.0 + inner.0 }))
}

fn control_flow(rows: &[u32]) -> Result<u32, std::num::ParseIntError> {
    'rows: for row in rows {
        scope!("control flow", tmp => {
            let copy: PVec<'_, u32> = tmp.vec_from(&[*row]);
            match copy[0] {
                0 => continue 'rows,
                1 => return Ok(1),
                2 => return Ok("x".parse()?),
                _ => break,
            }
        })
    }
    scope! { tmp => { drop(tmp.vec_from(rows)) } }
    Ok(0)
}

fn main() {
    assert_eq!(nested(&[1, 2]), 6);
    assert_eq!(of_its_own(), 2);
    assert_eq!(with_a_plan(4096, Some(Plan::new())), Some(12288));
    assert_eq!(with_a_plan(4096, None), None);
    assert_eq!(control_flow(&[0, 1]), Ok(1));
    assert!(control_flow(&[2]).is_err());
    assert_eq!(control_flow(&[0, 5]), Ok(0));
}
