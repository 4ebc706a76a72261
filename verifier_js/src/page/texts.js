// What the pages say, in both languages; the same keys in each. Details of a check stay in English, as in the JSON.

const WAITS = ["This step waits for a final block.", "此步骤等待区块最终确定。"];
const UNSEEN = ["What this step needs was not read.", "此步骤所需的数据未读取。"];

// Key: [English, Chinese].
const TEXTS = {
  "title": ["Check a certificate on this machine", "在本机核验凭证"],
  "lead": [
    "Was this offset cancelled, how much, which credits? This page works it out itself. Nothing leaves this machine, except questions to nodes whose addresses you type in.",
    "这份抵消是否已注销、多少、哪些碳信用？本页自行计算。除了向您填写的节点地址提问外，任何内容都不会离开本机。",
  ],
  "language": ["中文", "English"],
  "file": ["1 · The certificate's file", "1 · 凭证文件"],
  "file.hint": [
    "Choose or drop the bundle (.json), the PDF that carries it or a picture of its QR code, or paste its text or the code's.",
    "选择或拖入凭证文件（.json）、带有它的 PDF 或其二维码的图片，也可粘贴其文本或二维码中的文本。",
  ],
  "file.choose": ["Choose a file", "选择文件"],
  "file.paste": ["or paste it here", "或粘贴在此"],
  "registry": ["2 · The registry file that you trust", "2 · 您信任的登记文件"],
  "registry.hint": [
    "registry.json names the chain and the contracts. Get it from a source that you trust, not from whoever gave you the certificate: everything rests on it.",
    "registry.json 指明链与合约。请从您信任的来源获取，而不是从给您凭证的人那里：一切以它为准。",
  ],
  "chain": ["3 · The chain (optional)", "3 · 链上数据（可选）"],
  "chain.nodes": ["Addresses of JSON-RPC nodes, one a line", "JSON-RPC 节点地址，每行一个"],
  "chain.nodes.hint": [
    "They are asked about this certificate's place on chain, nothing else. One node reports (level 1); several of different operators that agree witness (level 2).",
    "只向它们询问此凭证在链上的位置。一个节点为“单方报告”（第 1 级）；多个不同运营方的节点一致为“多方见证”（第 2 级）。",
  ],
  "chain.trusted": ["A block hash that you trust, or NUMBER:HASH", "您信任的区块哈希，或 编号:哈希"],
  "chain.trusted.hint": [
    "From your own node or light client, never from the certificate. With it, storage proofs in the file or from a node count (level 3).",
    "来自您自己的节点或轻客户端，绝不能来自凭证本身。有了它，文件自带或节点给出的存储证明才算数（第 3 级）。",
  ],
  "check": ["Check", "核验"],
  "checking": ["Checking…", "正在核验…"],
  "served": [
    "This page came from a server. Whoever runs it could have changed the page, so its answer counts as level 1 at most. To rely on your own machine alone, save the offline page, compare its SHA-256 with the one published in several places, and open it from your disk.",
    "本页来自服务器，其运营者可能改动页面，因此结果最多算第 1 级。若只想依靠自己的机器，请保存离线页面，将其 SHA-256 与多处公布的值比对，再从磁盘打开。",
  ],
  "saved": [
    "This page runs from your own disk. It is worth what its file is worth: compare its SHA-256 with the one published in several places.",
    "本页从您自己的磁盘运行。其可信度取决于文件本身：请将其 SHA-256 与多处公布的值比对。",
  ],
  "beside": ["The same certificate, checked by your own machine", "同一份凭证，由您自己的机器核验"],
  "agrees": ["It comes to the same answer as the server.", "结果与服务器一致。"],
  "differs": [
    "It comes to another answer than the server, for example because it did not read the chain. Compare the steps.",
    "结果与服务器不同，例如因为没有读取链。请比较各步骤。",
  ],
  "more": ["Check another file, or read the chain from nodes of your choice", "核验其他文件，或用自选节点读取链"],
  "error.file": ["This is no certificate's file", "这不是凭证文件"],
  "error.registry": ["This is no registry file", "这不是登记文件"],
  "error.trusted": ["This is no block hash", "这不是区块哈希"],
  "error.node": ["The nodes cannot be used", "节点无法使用"],
  "error.fault": [
    "This page came upon a fault of its own. That says nothing about the certificate: check it with the command line.",
    "本页自身出现故障。这不说明凭证真伪：请用命令行核验。",
  ],
  "error.nothing": ["Choose or paste the certificate's file first.", "请先选择或粘贴凭证文件。"],
  "error.pdf": [
    "This PDF does not carry one certificate as its attachment. The printed text is never vouched for: ask for the original file.",
    "此 PDF 没有以附件形式带有一份凭证。印刷文字不作任何保证：请索取原始文件。",
  ],
  "error.picture": [
    "No QR code that holds a certificate was found in this picture, or this browser cannot look for one.",
    "在此图片中没有找到含凭证的二维码，或此浏览器无法识别。",
  ],
  "detail": ["In detail", "详情"],
  "level": ["Level {level}: {name}", "第 {level} 级：{name}"],
  "level.0": ["consistent", "自洽"],
  "level.1": ["reported", "单方报告"],
  "level.2": ["witnessed", "多方见证"],
  "level.3": ["proven", "密码学证明"],
  "level.0.text": [
    "Nothing was read from the chain, so this is not a verification. At best, the file agrees with itself.",
    "没有从链上读取任何内容，因此不算核验；至多说明文件自洽。",
  ],
  "level.1.text": [
    "The chain's state was read from one source. You trust that one source not to lie.",
    "链上状态来自单一来源，您需要相信它没有说谎。",
  ],
  "level.2.text": [
    "Several nodes agreed at the same block. You trust that they do not all lie together; whether their operators are distinct is yours to judge.",
    "多个节点在同一区块上一致。您只需相信它们没有串通；运营方是否各自独立由您判断。",
  ],
  "level.3.text": [
    "The chain's state was proven under a block hash that you trust yourself.",
    "链上状态由您自己信任的区块哈希证明。",
  ],
  "asOf": ["As of block {number}, {time} (UTC).", "截至区块 {number}，{time}（UTC）。"],
  "demo": ["The registry file says: a demonstration. Nothing here is worth anything.", "登记文件注明：仅供演示，没有任何价值。"],
  "verdict.retired": ["Yes, cancelled: {mass} CO₂e", "是，已注销：{mass} CO₂e"],
  "verdict.retired.text": [
    "Credits for exactly this amount were retired and belong to this certificate alone. The emissions were offset by cancelled credits.",
    "恰好这么多碳信用已被注销，只归属这一份凭证。相应排放由已注销的碳信用抵消。",
  ],
  "verdict.pending": ["Not settled yet: {mass} CO₂e", "尚未确定：{mass} CO₂e"],
  "verdict.pending.text": [
    "Nothing is wrong so far, but something is still missing: the steps marked “waiting” say what.",
    "目前没有发现问题，但还有环节未完成：见标为“等待”的步骤。",
  ],
  "verdict.compromised": ["Called into question after they were cancelled: {mass} CO₂e", "注销之后被暂停或作废：{mass} CO₂e"],
  "verdict.compromised.text": [
    "The credits were cancelled for this certificate, but the registrar has suspended or invalidated them later. Ask the platform to replace them.",
    "这些碳信用确已为此凭证注销，但登记方后来将其暂停或作废。请要求平台更换。",
  ],
  "verdict.invalid": ["No: this certificate does not hold", "否：这份凭证不成立"],
  "verdict.invalid.text": [
    "At least one step fails: the file was altered, damaged or made up, or claims what was never retired. Do not rely on it.",
    "至少有一个步骤不通过：文件被改动、损坏或伪造，或所认领的减排量并未注销。请勿采信。",
  ],
  "verdict.unknown": ["No such certificate stands on this chain", "此链上没有这份凭证"],
  "verdict.unknown.text": [
    "Nothing is anchored at the place that the file names. Treat the offset as not made, and ask the platform.",
    "文件所指的位置没有任何锚定。应视为未抵消，并询问平台。",
  ],
  "verdict.unknown registry": ["Cannot say: no registry file of yours names this registry", "无法判断：您的登记文件并非此登记系统"],
  "verdict.unknown registry.text": [
    "The file names a chain and contract that you have not pinned, or you gave no registry file. A look-alike registry can contain anything.",
    "文件所指的链与合约并非您固定的那一个，或您没有提供登记文件。仿冒的登记系统里可以写入任何内容。",
  ],
  "verdict.unavailable": ["Not decided: the chain was not read, or not all of it", "尚无定论：没有读取链，或没有读全"],
  "verdict.unavailable.text": [
    "This says nothing about the certificate: it is neither confirmed nor refuted. Give a node's address, or a block hash that you trust, and check again.",
    "这不说明凭证真伪：既未证实，也未否定。请提供节点地址或您信任的区块哈希，再核验一次。",
  ],
  "facts": ["What is bound", "受约束的事实"],
  "facts.file": ["What the file says, which does not make it so", "文件所写的内容，不代表属实"],
  "facts.number": ["Certificate number", "凭证编号"],
  "facts.hash": ["Certificate hash", "凭证哈希"],
  "facts.grams": ["Claimed", "认领量"],
  "facts.serials": ["Serial numbers", "序列号"],
  "facts.position": ["Grams of lot {lot}", "份额 {lot} 中的克数"],
  "facts.range": ["{first} to {last}", "{first} 至 {last}"],
  "facts.registry": ["Registry", "登记系统"],
  "facts.history": ["History hash", "历史哈希"],
  "attested": ["Who attested", "由谁证明"],
  "attested.organisation": ["organisation {number}", "机构 {number}"],
  "attested.note": ["Code proves what these accounts said, not that it is true.", "代码证明这些账户说过什么，不证明其为真。"],
  "role.validator": ["the project's design (validation)", "项目设计（审定）"],
  "role.verifier": ["the tonnes reduced (verification)", "减排量（核查）"],
  "role.registrar": ["the project and its report", "项目及其报告"],
  "role.issuer": ["the issuance of the credits", "碳信用的签发"],
  "role.sourceCancellation": ["the cancellation at the source registry", "来源登记处的注销"],
  "stated": ["Stated by the platform, not proven", "平台声明，未经证明"],
  "stated.issuer": ["Issuer", "签发方"],
  "stated.platform": ["Platform", "平台"],
  "stated.beneficiary": ["Beneficiary", "受益人"],
  "stated.purpose": ["Purpose", "用途"],
  "stated.activity": ["Activity", "活动"],
  "stated.price": ["Price", "价格"],
  "stated.claimId": ["Claim", "认领编号"],
  "stated.issuedAt": ["Issued at (UTC)", "签发时间（UTC）"],
  "stated.closed": ["not disclosed", "未公开"],
  "note.bound-to-no-person": [
    "Bound to no person: the document carries no nonce of its buyer, so anyone may show this file.",
    "未绑定任何人：文档不含买方的随机数，任何人都可以出示此文件。",
  ],
  "note.deregistered": [
    "The project was deregistered later. Credits issued before that stand.", "该项目后来被撤销登记；此前签发的碳信用仍然有效。",
  ],
  "note.trouble-not-final": [
    "Mind: a newer block, not final yet, shows these credits in trouble.", "请注意：一个尚未最终确定的较新区块显示这些碳信用有问题。",
  ],
  "note.same-attestor": ["Not independent of each other, all are {who}: {roles}.", "以下角色并非相互独立，均为 {who}：{roles}。"],
  "and": ["; ", "；"],
  "checks": ["The ten checks", "十项检查"],
  "status.passed": ["passed", "通过"],
  "status.failed": ["failed", "不通过"],
  "status.pending": ["waiting", "等待"],
  "status.unavailable": ["not read", "未读取"],
  "check.1": ["The document is intact", "文档完整"],
  "check.1.passed": ["It is in its one canonical form and hashes to the certificate hash.", "文档为唯一的规范形式，哈希与凭证哈希一致。"],
  "check.1.failed": ["The document is not in its canonical form, or holds what no certificate holds.", "文档不是规范形式，或含有凭证不应有的内容。"],
  "check.2": ["Its path leads to the tranche", "路径通向凭证组"],
  "check.2.passed": ["Leaf and path lead exactly to the tranche's root and total.", "叶子与路径恰好导出凭证组的根与总量。"],
  "check.2.failed": ["Leaf and path do not lead to the tranche's root and total.", "叶子与路径不能导出凭证组的根与总量。"],
  "check.3": ["It names this registry, lot and account", "指向本登记系统、份额与账户"],
  "check.3.passed": [
    "The anchor recomputes, and the document names this registry, this lot and the lot's owner.",
    "锚定值可重算，文档所指的登记系统、份额与账户一致。",
  ],
  "check.3.failed": ["The document and the anchor do not name the same lot, grams or account.", "文档与锚定值所指的份额、克数或账户不一致。"],
  "check.3.other-registry": ["The document names another chain or contract than the one you pinned, or you pinned none.", "文档所指的链或合约并非您固定的那一个，或您没有固定任何一个。"],
  "check.3.account-differs": ["The document names another account than the owner of the lot.", "文档所指账户并非该份额的持有者。"],
  "check.4": ["The anchor stands on chain", "锚定值在链上"],
  "check.4.passed": ["The chain holds exactly this anchor, and nobody can change it.", "链上保存着同一锚定值，任何人无法更改。"],
  "check.4.failed": ["The chain does not hold this anchor.", "链上没有这个锚定值。"],
  "check.4.anchor-differs": ["Another tranche is anchored at this place.", "此处锚定的是另一个凭证组。"],
  "check.4.anchor-absent": ["Nothing is anchored at this place.", "此处没有任何锚定。"],
  "check.4.anchor-not-final": ["The anchor stands in a block that is not final yet.", "锚定所在区块尚未最终确定。"],
  "check.5": ["The grams are retired", "所认领的克数已注销"],
  "check.5.passed": ["The tranche lies within credits that were retired.", "凭证组位于已注销的碳信用之内。"],
  "check.5.failed": ["The tranche reaches beyond the credits that were retired.", "凭证组超出了已注销的范围。"],
  "check.6": ["The position names serial numbers", "位置对应序列号"],
  "check.6.passed": ["The certificate's grams fall on serial numbers of the batch.", "凭证的克数落在该批次的序列号上。"],
  "check.6.failed": ["The certificate's grams fall outside the batch's serial numbers.", "凭证的克数落在该批次序列号之外。"],
  "check.7": ["The project and the report stand", "项目与报告有效"],
  "check.7.passed": ["The batch comes from a registered project and a verified report.", "该批次来自已登记的项目和经核查的报告。"],
  "check.7.recorded": [
    "As recorded by the source registry and attested here. No validator or verifier is claimed.",
    "按来源登记处的记录并在此证明；不另称有审定或核查机构。",
  ],
  "check.7.pending": ["The project's registration or the report's verification is still missing.", "项目登记或报告核查尚未完成。"],
  "check.7.not-recorded": ["The source registry's record of the project or its report is not here yet.", "来源登记处的项目或报告记录尚未录入。"],
  "check.7.not-independent": ["Proponent, validator and verifier are not three different organisations.", "业主、审定机构与核查机构并非三家不同的机构。"],
  "check.8": ["The credits are in good standing", "碳信用状态正常"],
  "check.8.passed": ["None of these credits is suspended or invalidated.", "这些碳信用均未被暂停或作废。"],
  "check.8.failed": ["These credits were suspended or invalidated later.", "这些碳信用后来被暂停或作废。"],
  "check.8.suspended": ["These credits are suspended: the registrar is looking into them.", "这些碳信用已被暂停，登记方正在调查。"],
  "check.8.invalidated": ["These credits were invalidated, finally.", "这些碳信用已被最终作废。"],
  "check.9": ["The source registry cancelled them too", "来源登记处也已注销"],
  "check.9.passed": [
    "The cancellation at the source registry is attested, or the programme is native to this registry.",
    "来源登记处的注销已有证明，或该机制本就登记于此。",
  ],
  "check.9.native": ["The programme is native: this registry itself is where the credits live.", "该机制为本登记系统原生，碳信用以本系统为准。"],
  "check.9.confirmed": ["An account attested that the source registry holds these credits as cancelled.", "已有账户证明来源登记处已注销这些碳信用。"],
  "check.9.pending": ["No account has attested the cancellation at the source registry yet.", "尚无账户证明来源登记处已注销。"],
  "check.10": ["Disclosed fields match", "公开字段相符"],
  "check.10.passed": ["Each personal field that was disclosed matches its digest; the others stay private.", "已公开的个人字段与其摘要一致，其余保持私密。"],
  "check.10.failed": ["A disclosed personal field does not match its digest.", "公开的个人字段与其摘要不符。"],
  "any.not-checked": [
    "Not checked: an earlier step has to hold first, or the chain was not asked.", "未检查：须先通过前面的步骤，或没有查询链。",
  ],
  "any.stale": ["The block that was read is older than a day: trouble may have come since.", "所读区块已超过一天，其后可能出现问题。"],
  "any.not-final": WAITS,
  "any.pending": WAITS,
  "any.unavailable": UNSEEN,
};

/** The languages that the pages speak. */
export const LANGUAGES = ["en", "zh"];

/** A speaker of one language: `say(key, values)` gives the text, with `{name}` filled in; an unknown key is a fault. */
export function speaker(language) {
  const which = Math.max(0, LANGUAGES.indexOf(language));
  const say = (key, values = {}) => {
    const entry = TEXTS[key];
    if (entry === undefined) throw new RangeError(`no text ${key}`);
    return entry[which].replace(/\{([a-z]+)\}/gi, (_, name) => String(values[name]));
  };
  say.has = (key) => key in TEXTS;
  say.tag = ["en", "zh-CN"][which];
  return say;
}

/** What to say of one check: by its code, else by its status for this check, else for any. */
export function checkText(say, { n, status, code }) {
  const keys = [`check.${n}.${code}`, `any.${code}`, `check.${n}.${status}`, `any.${status}`];
  return say(keys.find((key) => say.has(key)));
}
