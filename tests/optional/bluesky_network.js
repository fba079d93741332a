// A whole Bluesky network on this machine (directory, PDS, AppView), with a few posts about a brand.
// SIGUSR1 lets an author delete one of them; the line GONE says that all servers know. See bluesky_network.md.
require('@atproto/dev-env/dist/env')
const { TestNetwork } = require('@atproto/dev-env')
const { AtpAgent } = require('@atproto/api')

const PDS = 'http://localhost:2583'
const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='

async function account(name) {
  const agent = new AtpAgent({ service: PDS })
  await agent.createAccount({ handle: `${name}.test`, email: `${name}@example.test`, password: `pw-${name}` })
  return agent
}

async function main() {
  const network = await TestNetwork.create({
    pds: { port: 2583, hostname: 'localhost', enableDidDocWithSession: true },
    bsky: { dbPostgresSchema: 'bsky', port: 2584, publicUrl: 'http://localhost:2584' },
    plc: { port: 2582 },
    ozone: { port: 2587, dbMaterializedViewRefreshIntervalMs: 30000 },
    introspect: { port: 2581 },
  })
  const [ana, bob, cyd] = [await account('ana'), await account('bob'), await account('cyd')]
  const complaint = await ana.post({ text: 'Acme Phone 3 battery dies in two hours. #acme', langs: ['en'] })
  await bob.post({ text: 'Ang ganda ng camera ng Acme Phone 3! 😍', langs: ['fil'] })
  await bob.post({ text: 'Same, I want an Acme refund', langs: ['en'], reply: { root: complaint, parent: complaint } })
  const embed = { $type: 'app.bsky.embed.record', record: complaint }
  await cyd.post({ text: 'Acme فون بہت خراب ہے', langs: ['ur'], embed })
  await bob.like(complaint.uri, complaint.cid)
  await cyd.repost(complaint.uri, complaint.cid)
  const { data } = await ana.uploadBlob(Buffer.from(PICTURE, 'base64'), { encoding: 'image/png' })
  const images = { $type: 'app.bsky.embed.images', images: [{ alt: 'cracked phone', image: data.blob }] }
  const photo = await ana.post({ text: 'Photo of my broken Acme Phone 3', langs: ['en'], embed: images })
  for (let number = 0; number < 12; number++) await cyd.post({ text: `Acme update note ${number}`, langs: ['en'] })
  await network.processAll()
  process.on('SIGUSR1', async () => {
    await ana.deletePost(photo.uri)
    await network.processAll()
    console.log('GONE')
  })
  process.on('SIGTERM', () => network.close().finally(() => process.exit(0)))
  console.log('READY')
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
