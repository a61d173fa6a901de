"""The field's rules and words, pure: standard library only; no clock, file, SQL or pandas.

Glossary — one English word per concept, used everywhere in code and JSON:

household        户          the unit of poverty policy; *listed* while in any category but 其他
person           人          a member of a household, or anyone a list names
pupil            学生        a person with schooling (table columns say ``student`` where files do)
enrolment        在籍        interval on a school's roll, in a stage, grade and class
boarding         就读方式    interval of attending by day or as a boarder
standing         状态        interval in which a pupil is not simply present (休学, 辍学, 离校 …)
status change    学籍异动    the event that begins or ends a standing or an enrolment
category         户类别      interval of a household in a poverty category
recognition      困难认定    interval in which a pupil is recognised as hard up, with a tier
staff, helper    教职工      who works for the school; who is tied to a household
sign, score      迹象, 分值  what warns that a pupil may leave school; the sum of the signs' points
pairing          结对        interval in which a helper is tied to a household
secondment       派出        the time of a member of staff elsewhere: 下派, 支教, 挂职, 培训
rota             轮派        who of the young staff is sent next
kindergarten pair 结对园     interval in which a kindergarten helps another, term by term
visit, stay      走访        who came to a pupil or household when; one helper's part of it
contribution     帮扶投入    what was given to a household: money, goods, a project, skills
deed             登记        one thing done for a household, entered at the desk: a row of a list
household plan   帮扶计划    a measure for a household and year, by one of those four ways
assurance        两不愁三保障 what a household must not want for; an item of its checklist
progress         进度        how far a pair's yearly duties are done, by the share of the year over
assessment       考核        the points and grade that a year's duties earn a member of staff
import           导入        one file brought in, one transaction, one number
sheet            工作表      a sheet of an import; with a row number, the *source* of a fact
claim            旁证        what a list says that does not own the fact
register, entry  台账, 条目  a kind of list that is kept as it is: aid, gifts, works, visits …
match            核对        the verdict whether two persons on record are one human
correction       更正        what is said at the desk of one person, from a day on; outranks lists
rollover         升级        the move of all pupils into the next school year
term             学期        autumn or spring half of the school year
calendar         校历        which days are school days, of all schools or of one
scheme           方案        one kind of subsidy, as dated versions
pack             政策包      a set of schemes: ``plan`` or ``national``
policy file      政策文件    a scheme, or the derived facts, as TOML: of a pack, or a ledger's own
fee              收费标准    what a school asks of a stage's pupils; waivers are measured by it
split, share     资金分担    which fund sources pay an amount, by integer weights
beside           另计        what a scheme gives that is no money: sets, loans
run, run line    批次, 明细  one computation of a period; pupil × scheme × month of it
batch, line      发放批次    a payment of a run's scheme, to cards or a supplier; one payment of it
hindrance        发放障碍    a reason why a line may not or should not be paid
entry, posting   凭证, 分录  what the fund journal books at once, balanced; a line of it
source           资金来源    who gives money: 中央, 省, 市县, 社会捐赠, 学校
purpose          用途        what money is bound to: a scheme, or a use that a receipt declared
advance          垫付        what was paid before its money came; covered by the money that comes
fen              分          the unit of all money
"""
